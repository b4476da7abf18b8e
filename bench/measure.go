package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A measurement is what one run of a contender took, all its processes together.
type measurement struct {
	cpu, wall float64 // seconds; cpu is user and system
	memory    int64   // bytes resident at most, of the largest process
	disk      int64   // bytes of what was written
	rows      int64   // lines that the contender says it took
}

// measure runs a contender in an empty folder.
func measure(ctx context.Context, c contender, s sample, now func() time.Time) (measurement, error) {
	if err := errors.Join(os.RemoveAll(c.folder), os.MkdirAll(c.folder, 0o755)); err != nil {
		return measurement{}, fmt.Errorf("%s: %w", c.name, err)
	}
	args, err := c.command(s)
	if err != nil {
		return measurement{}, fmt.Errorf("%s: %w", c.name, err)
	}
	m, out, err := child(ctx, now, args...)
	if err != nil {
		return m, fmt.Errorf("%s: %w", c.name, err)
	}
	if m.disk, err = sizeOf(c.folder); err != nil {
		return m, fmt.Errorf("%s: %w", c.name, err)
	}
	m.rows, err = c.rows(out)
	if err != nil {
		return m, fmt.Errorf("%s: %w", c.name, err)
	}
	return m, os.RemoveAll(c.folder)
}

// child runs a process to its end and gives what it took and what it wrote to its standard output.
func child(ctx context.Context, now func() time.Time, args ...string) (m measurement, stdout string, err error) {
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	var out, complaints strings.Builder
	command.Stdout, command.Stderr = &out, &complaints
	started := now()
	err = command.Run()
	m.wall = now().Sub(started).Seconds()
	if err != nil {
		return m, "", fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, complaints.String())
	}
	usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return m, "", errors.New("this system does not say what a process used")
	}
	m.cpu = (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()
	m.memory = usage.Maxrss * memoryUnit
	return m, out.String(), nil
}

// memoryUnit is what Linux counts a process's memory in.
const memoryUnit = 1024

func sizeOf(folder string) (sum int64, err error) {
	err = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	return sum, err
}

// median is the middle of each figure on its own.
func median(all []measurement) measurement {
	middle := func(figure func(measurement) float64) float64 {
		values := make([]float64, len(all))
		for i, m := range all {
			values[i] = figure(m)
		}
		slices.Sort(values)
		n := len(values)
		return (values[(n-1)/2] + values[n/2]) / 2
	}
	return measurement{
		cpu:    middle(func(m measurement) float64 { return m.cpu }),
		wall:   middle(func(m measurement) float64 { return m.wall }),
		memory: int64(middle(func(m measurement) float64 { return float64(m.memory) })),
		disk:   int64(middle(func(m measurement) float64 { return float64(m.disk) })),
		rows:   all[0].rows,
	}
}
