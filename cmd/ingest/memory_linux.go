package main

// #include <malloc.h>
//
// static void shape_memory(void) {
// #ifdef M_ARENA_MAX
// 	mallopt(M_ARENA_MAX, 2);
// 	mallopt(M_MMAP_THRESHOLD, 128 << 10);
// #endif
// } // A C library without arenas, such as musl, is left alone.
import "C"

// shapeMemory has the C library keep the memory of all threads in two places instead of eight for
// each processor, and give large pieces back at once. What is free in one place cannot be used in
// another, and the threads of Go and of the engine are many.
func shapeMemory() { C.shape_memory() }
