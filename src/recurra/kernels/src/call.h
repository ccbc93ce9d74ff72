// A call from XLA as plain pointers. XLA's C interface alone is used, so that nothing but libc is
// linked and the library loads into any jaxlib that knows version 0.1 of that interface.
#pragma once

#include <stdint.h>
#include <string.h>

#include "xla/ffi/api/c_api.h"

namespace recurra {

// How many numbers a buffer holds.
inline int64_t size_of(const XLA_FFI_Buffer& buffer) {
  int64_t size = 1;
  for (int64_t k = 0; k < buffer.rank; ++k) size *= buffer.dims[k];
  return size;
}

// What a handler is called with.
struct Call {
  XLA_FFI_CallFrame* frame;

  const XLA_FFI_Buffer& arg(int k) const {
    return *static_cast<const XLA_FFI_Buffer*>(frame->args.args[k]);
  }
  const XLA_FFI_Buffer& result(int k) const {
    return *static_cast<const XLA_FFI_Buffer*>(frame->rets.rets[k]);
  }
  int args() const { return static_cast<int>(frame->args.size); }

  // An attribute that holds an array of 64-bit integers, or null.
  const XLA_FFI_Array* array(const char* name) const {
    for (int64_t k = 0; k < frame->attrs.size; ++k) {
      const XLA_FFI_ByteSpan& its = *frame->attrs.names[k];
      if (its.len != strlen(name) || memcmp(its.ptr, name, its.len)) continue;
      if (frame->attrs.types[k] != XLA_FFI_AttrType_ARRAY) return nullptr;
      return static_cast<const XLA_FFI_Array*>(frame->attrs.attrs[k]);
    }
    return nullptr;
  }
  const int64_t* numbers(const char* name) const {
    const XLA_FFI_Array* its = array(name);
    return its ? static_cast<const int64_t*>(its->data) : nullptr;
  }
  int64_t count(const char* name) const {
    const XLA_FFI_Array* its = array(name);
    return its ? static_cast<int64_t>(its->size) : 0;
  }

  XLA_FFI_Error* refuse(const char* why) const {
    XLA_FFI_Error_Create_Args args = {};
    args.struct_size = XLA_FFI_Error_Create_Args_STRUCT_SIZE;
    args.message = why;
    args.errc = XLA_FFI_Error_Code_INVALID_ARGUMENT;
    return frame->api->XLA_FFI_Error_Create(&args);
  }

  // Whether XLA did what it was asked; its error, if any, is dropped.
  bool accepted(XLA_FFI_Error* error) const {
    if (!error) return true;
    XLA_FFI_Error_Destroy_Args args = {};
    args.struct_size = XLA_FFI_Error_Destroy_Args_STRUCT_SIZE;
    args.error = error;
    frame->api->XLA_FFI_Error_Destroy(&args);
    return false;
  }
};

// Answers XLA's question for the interface version when a handler is registered.
inline bool asks_for_version(XLA_FFI_CallFrame* frame) {
  XLA_FFI_Extension_Base* extension = frame->extension_start;
  if (!extension || extension->type != XLA_FFI_Extension_Metadata) return false;
  XLA_FFI_Metadata* metadata =
      reinterpret_cast<XLA_FFI_Metadata_Extension*>(extension)->metadata;
  metadata->api_version.major_version = 0;
  metadata->api_version.minor_version = 1;  // the lowest one that has all that is used here
  return true;
}

}  // namespace recurra

// Defines what XLA calls: `body` sees a `recurra::Call call` and returns null or an error.
#define RECURRA_HANDLER(name)                                             \
  static XLA_FFI_Error* name##_body(const recurra::Call& call);           \
  extern "C" __attribute__((visibility("default"))) XLA_FFI_Error* name(  \
      XLA_FFI_CallFrame* frame) {                                         \
    if (recurra::asks_for_version(frame)) return nullptr;                 \
    return name##_body(recurra::Call{frame});                             \
  }                                                                       \
  static XLA_FFI_Error* name##_body(const recurra::Call& call)
