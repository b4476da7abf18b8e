//go:build !linux

package main

func shapeMemory() {}
