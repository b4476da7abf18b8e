// Command query answers questions about the use of a portal's datasets from the published file.
//
// It only reads: the file is opened so that no statement can change it, another file or a setting.
// Answers go to standard output or --output, what is said about them to standard error.
package main

import (
	"context"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, time.Now))
}
