// Stands for XLA: the few functions that the kernels call, over a pool of POSIX threads.
#pragma once

#include <pthread.h>
#include <stdlib.h>

#include "call.h"

// What XLA hands out when it refuses something; how many there are that nobody has destroyed.
struct XLA_FFI_Error {
  static int alive;
};

class Pool {
 public:
  // What it does with a task: gives it to a thread, keeps it until `release`, runs it at once in
  // the thread that schedules it, as XLA may, or refuses every other one.
  enum class Way { threads, later, at_once, refuses_some };

  explicit Pool(int threads, Way way = Way::threads) : way_(way), threads_(threads) {
    api_.XLA_FFI_Error_Create = [](XLA_FFI_Error_Create_Args*) {
      __atomic_fetch_add(&XLA_FFI_Error::alive, 1, __ATOMIC_RELAXED);
      return new_error();
    };
    api_.XLA_FFI_Error_Destroy = [](XLA_FFI_Error_Destroy_Args* args) {
      __atomic_fetch_sub(&XLA_FFI_Error::alive, 1, __ATOMIC_RELAXED);
      free(args->error);
    };
    api_.XLA_FFI_ThreadPool_Schedule = [](XLA_FFI_ThreadPool_Schedule_Args* args) {
      return reinterpret_cast<Pool*>(args->ctx)->schedule(args->task, args->data);
    };
    api_.XLA_FFI_ThreadPool_NumThreads = [](XLA_FFI_ThreadPool_NumThreads_Args* args) {
      *args->num_threads = reinterpret_cast<Pool*>(args->ctx)->threads_;
      return static_cast<XLA_FFI_Error*>(nullptr);
    };
    frame_.api = &api_;
    frame_.ctx = reinterpret_cast<XLA_FFI_ExecutionContext*>(this);
    for (int k = 0; k < threads_; ++k) pthread_create(&thread_[k], nullptr, run, this);
  }

  // Waits until all tasks have been done.
  ~Pool() {
    release();
    pthread_mutex_lock(&lock_);
    closed_ = true;
    pthread_cond_broadcast(&changed_);
    pthread_mutex_unlock(&lock_);
    for (int k = 0; k < threads_; ++k) pthread_join(thread_[k], nullptr);
  }

  // Lets threads have the tasks that were kept.
  void release() {
    pthread_mutex_lock(&lock_);
    if (way_ == Way::later) way_ = Way::threads;
    pthread_cond_broadcast(&changed_);
    pthread_mutex_unlock(&lock_);
  }

  const recurra::Call* call() const { return &call_; }

 private:
  struct Task {
    XLA_FFI_Task* run;
    void* data;
    Task* next;
  };

  static XLA_FFI_Error* new_error() {
    return static_cast<XLA_FFI_Error*>(malloc(sizeof(XLA_FFI_Error)));
  }

  XLA_FFI_Error* schedule(XLA_FFI_Task* run, void* data) {
    if (way_ == Way::at_once) {
      run(data);
      return nullptr;
    }
    if (way_ == Way::refuses_some && ++asked_ % 2) {
      __atomic_fetch_add(&XLA_FFI_Error::alive, 1, __ATOMIC_RELAXED);
      return new_error();
    }
    Task* task = static_cast<Task*>(malloc(sizeof(Task)));
    pthread_mutex_lock(&lock_);
    *task = {run, data, first_};
    first_ = task;
    pthread_cond_signal(&changed_);
    pthread_mutex_unlock(&lock_);
    return nullptr;
  }

  static void* run(void* pool) {
    static_cast<Pool*>(pool)->work();
    return nullptr;
  }

  void work() {
    for (;;) {
      pthread_mutex_lock(&lock_);
      while ((!first_ || way_ == Way::later) && !closed_) pthread_cond_wait(&changed_, &lock_);
      Task* task = first_;
      if (task) first_ = task->next;
      pthread_mutex_unlock(&lock_);
      if (!task) return;
      task->run(task->data);
      free(task);
    }
  }

  Way way_;
  int threads_, asked_ = 0;
  bool closed_ = false;
  Task* first_ = nullptr;
  pthread_t thread_[16];
  pthread_mutex_t lock_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t changed_ = PTHREAD_COND_INITIALIZER;
  XLA_FFI_Api api_ = {};
  XLA_FFI_CallFrame frame_ = {};
  recurra::Call call_ = {&frame_};
};
