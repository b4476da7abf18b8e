// Command ingest loads the catalogue and the logs of an open-data portal into the warehouse,
// builds and checks the models, and publishes what they say about use.
//
// It is the only program that writes. Run it from cron as often as you like: a line is counted
// once, whatever happened to its file or to an earlier run.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

// goMemory is the size from which Go collects garbage more eagerly.
const goMemory = 256 << 20

func main() {
	// The warehouse holds personal data: files are their owner's alone unless said otherwise.
	syscall.Umask(0o077)
	// The engine has a limit of its own (memory_limit); this one keeps what Go adds to it small.
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(goMemory)
	}
	shapeMemory()
	// A full disk is an error of a write, not a signal that ends the process.
	signal.Ignore(syscall.SIGXFSZ)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := execute(ctx, os.Args[1:], process{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, now: time.Now, environ: os.Environ(),
		isTerminal: isTerminal(os.Stderr),
	})
	stop()
	os.Exit(code)
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
