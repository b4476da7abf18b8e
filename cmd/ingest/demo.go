package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"footfall/internal/simulate"
)

// demoMarker is the file by which a folder is known to be a demo's, and may be emptied.
const demoMarker = ".footfall-demo"

// demoTracking is how well the portal's own page tracking sees people. It sees no program.
var demoTracking = simulate.Tag{Share: 0.95, Variation: 0.15}

type demo struct {
	dir   string
	world *simulate.World
	clock atomic.Pointer[time.Time] // of the portal and of the run, as they would be
	p     process
}

func demoCommand(p process) *cobra.Command {
	var dir string
	o := simulate.Full()
	o.Tracking = demoTracking
	command := &cobra.Command{
		Use:   "demo",
		Short: "Try it on an invented portal and a year of its logs",
		Long: `Invent a portal with a year of server logs, load them by ` + "`ingest run`" + ` as they would have come in
over that year, and compare the verdicts with what was put into the logs. The data of some datasets is on
hosts without logs: of these the portal's own page tracking is all that is known. Everything is below
--dir, which is emptied first.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return runDemo(c.Context(), p, dir, o)
		},
	}
	flags := command.Flags()
	flags.StringVar(&dir, "dir", filepath.Join("data", "demo"), "where the portal's logs and the result go")
	flags.Uint64Var(&o.Seed, "seed", o.Seed, "another seed invents another portal")
	flags.IntVar(&o.Datasets, "datasets", o.Datasets, "datasets of the portal")
	flags.IntVar(&o.Days, "days", o.Days, "days of logs")
	flags.IntVar(&o.Lines, "lines", o.Lines, "lines of all logs")
	return command
}

// runDemo makes the world, then goes through its year: at each date the logs are what they would
// have been, the portal answers what it would have, and the real `ingest run` is run.
func runDemo(ctx context.Context, p process, dir string, o simulate.Options) (err error) {
	started := p.now()
	if err := emptyDemo(dir, started); err != nil {
		return err
	}
	d := &demo{dir: dir, world: simulate.New(o), p: p}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("demo: the portal's port: %w", err)
	}
	server := &http.Server{Handler: d.world.Handler(func() time.Time { return *d.clock.Load() }), ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	defer func() {
		err = errors.Join(err, server.Close())
		if e := <-served; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
	}()
	if err := d.writeFiles("http://" + listener.Addr().String()); err != nil {
		return err
	}
	conf, err := readConfig(filepath.Join(dir, "footfall.yaml"), nil)
	if err != nil {
		return err
	}
	before := o.Start
	for _, share := range []int{15, 40, 65, 90, 100} {
		at := o.Start.AddDate(0, 0, o.Days*share/100).Add(6 * time.Hour)
		if share == 100 {
			at = d.world.End().Add(6 * time.Hour)
		}
		if err := d.runAt(ctx, conf, before, at); err != nil {
			return err
		}
		before = at
	}
	if err := d.report(ctx, conf); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "\nThe demo took %.0f seconds. Ask the result yourself:\n  bin/query --database %s run barely-used --param limit=20\n",
		p.now().Sub(started).Seconds(), conf.published())
	return err
}

// runAt lets the world go on to a moment and runs `ingest run` then.
func (d *demo) runAt(ctx context.Context, conf *config, before, at time.Time) error {
	if err := d.world.WriteLogs(filepath.Join(d.dir, "logs"), before, at); err != nil {
		return fmt.Errorf("demo: logs: %w", err)
	}
	d.clock.Store(&at)
	if _, err := fmt.Fprintf(d.p.out, "\n%s: ingest run\n", at.Format("2 January 2006")); err != nil {
		return err
	}
	p := d.p
	p.now = func() time.Time { return at }
	err := withPipeline(ctx, p, conf, options{}, "run", runAll)
	if attention, needs := errors.AsType[attentionError](err); needs {
		_, err = fmt.Fprintln(d.p.out, "exit code 3: "+attention.Error())
	}
	return err
}

// writeFiles writes what an operator would: the configuration and the list of networks; and the
// truth, which the pipeline never reads.
func (d *demo) writeFiles(portal string) error {
	if err := os.WriteFile(filepath.Join(d.dir, "networks.csv"), []byte(d.world.Networks()), 0o600); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	conf := fmt.Sprintf(demoConfig, portal, simulate.PortalHost, simulate.PortalHost, simulate.FilesHost, simulate.FilesHost, simulate.MapsHost)
	if err := os.WriteFile(filepath.Join(d.dir, "footfall.yaml"), []byte(conf), 0o600); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return d.world.WriteTruth(filepath.Join(d.dir, "truth.csv"))
}

const demoConfig = `# Written by ingest demo. The README says what each key means.
data_dir: .
published: usage.duckdb
networks: networks.csv
report:
  contact: data@example.org
  licence: https://example.org/licence
portal:
  name: demo
  url: %s
  site_url: https://%s
logs:
  - name: portal
    paths: [logs/portal/access.log*]
    host: %s
  - name: files-1
    paths: [logs/files-1/access.log*]
    host: %s
    replica_group: files
  - name: files-2
    paths: [logs/files-2/access.log*]
    host: %s
    replica_group: files
  - name: maps
    paths: [logs/maps/maps.log*]
    host: %s
`

// emptyDemo makes the demo's folder new. A folder that no demo wrote is left alone.
func emptyDemo(dir string, now time.Time) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("demo: %w", err)
	}
	marker := filepath.Join(dir, demoMarker)
	if _, err := os.Stat(marker); len(entries) > 0 && err != nil {
		return usageError{fmt.Errorf("--dir %s holds files that no demo wrote: name an empty or new folder", dir)}
	}
	if len(entries) > 0 {
		release, err := takeLock(filepath.Join(dir, "ingest.lock"), "demo", now)
		if err != nil {
			return err
		}
		if err := release(); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := os.WriteFile(marker, []byte("This folder is emptied by every `ingest demo`.\n"), 0o600); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}
