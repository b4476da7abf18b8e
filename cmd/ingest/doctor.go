package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"footfall/internal/sources/accesslog"
	"footfall/internal/sources/ckan"
)

// diskNeed is the free space below which the doctor warns: a run writes the warehouse and the
// published file anew beside the old ones.
const diskNeed = 2 << 30

// manyRejected is how many unreadable lines it takes, of too large a share, to refuse a log.
const manyRejected = 100

// findings are what the doctor says, one line each, and how many of them are bad.
type findings struct {
	out io.Writer
	bad int
	err error
}

func (f *findings) good(format string, args ...any) { f.say("ok    ", format, args...) }
func (f *findings) note(format string, args ...any) { f.say("note  ", format, args...) }
func (f *findings) fail(format string, args ...any) {
	f.bad++
	f.say("FAIL  ", format, args...)
}

func (f *findings) say(mark, format string, args ...any) {
	if _, err := fmt.Fprintf(f.out, mark+format+"\n", args...); err != nil {
		f.err = err
	}
}

func doctorCommand(p process) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check the configuration against reality, and say what to do",
		Long: `Check the configuration against reality: does the portal answer, do the logs' paths match files
that can be read and parsed, is there space on the disk, are the rights right, are the clients' addresses
those of clients. Loads nothing and changes nothing.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := configOf(c, p)
			if err != nil {
				return err
			}
			f := &findings{out: p.out}
			f.good("%s is well-formed", conf.file)
			checkFiles(f, conf)
			if err := checkPortal(c.Context(), f, p, conf); err != nil {
				return err
			}
			if err := checkLogs(c.Context(), f, conf); err != nil {
				return err
			}
			if err := checkCountTools(c.Context(), f, p, conf); err != nil {
				return err
			}
			if f.err != nil {
				return f.err
			}
			if f.bad > 0 {
				return fmt.Errorf("%s to mend before the numbers can be trusted", plural(f.bad, "thing", "things"))
			}
			return nil
		},
	}
}

// checkFiles looks at disk space and rights.
func checkFiles(f *findings, conf *config) {
	for key, dir := range map[string]string{"data_dir": conf.path(conf.DataDir), "published": filepath.Dir(conf.published())} {
		existing := dir
		for _, err := os.Stat(existing); err != nil && existing != filepath.Dir(existing); _, err = os.Stat(existing) {
			existing = filepath.Dir(existing)
		}
		if err := syscall.Access(existing, 2); err != nil { // W_OK
			f.fail("%s: %s cannot be written: give this user the right, or name another folder", key, existing)
			continue
		}
		var disk syscall.Statfs_t
		if err := syscall.Statfs(existing, &disk); err != nil {
			f.fail("%s: %s: %v", key, existing, err)
			continue
		}
		if free := int64(disk.Bavail) * disk.Bsize; free < diskNeed {
			f.fail("%s: %s has %s bytes free: a run writes both files anew beside the old ones; free some, at least %s", key, existing, thousands(free), thousands(diskNeed))
			continue
		}
		f.good("%s: %s can be written and has room", key, dir)
	}
	secrets := map[string]os.FileMode{conf.warehouse(): 0o077, conf.salts(): 0o077, conf.streamKey(): 0o077}
	if conf.Portal.TokenFile != "" {
		secrets[conf.path(conf.Portal.TokenFile)] = 0o077
	}
	for _, c := range conf.Counts {
		if c.TokenFile != "" {
			secrets[conf.path(c.TokenFile)] = 0o077
		}
	}
	for _, name := range sortedKeys(secrets) {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, os.ErrNotExist):
		case err != nil:
			f.fail("%v: give this user the right to read it", err)
		case info.Mode().Perm()&secrets[name] != 0:
			f.fail("%s can be read by others (mode %o): run chmod go= on it", name, info.Mode().Perm())
		default:
			f.good("%s is its owner's alone", name)
		}
	}
}

// checkPortal asks the portal a few small questions.
func checkPortal(ctx context.Context, f *findings, p process, conf *config) error {
	if conf.Portal.URL == "" {
		f.note("portal.url is not set: without a catalogue no dataset gets a status")
		return nil
	}
	source, err := newCatalogue(conf, p.now)
	if err != nil {
		return err
	}
	report, err := source.Check(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		f.fail("portal.url: %v", err)
		return nil
	}
	version := orElse(report.Version, "of a version it does not tell")
	f.good("portal.url: CKAN %s answers at %s: %s", version, report.API, plural(report.Datasets, "dataset", "datasets"))
	if report.Datasets == 0 {
		f.fail("portal: no dataset is found: check portal.fq and portal.organizations")
	}
	switch report.Token {
	case ckan.TokenAccepted:
		f.good("portal: the token is accepted")
	case ckan.TokenRefused:
		f.fail("portal: the token is not accepted (the portal takes us for nobody, without an error): make a new one and set %s or portal.token_file", environToken)
	case ckan.TokenUnknown:
		f.note("portal: whether the token is accepted cannot be found out on this portal")
	case ckan.TokenNone:
	}
	for _, advice := range report.Advice {
		f.note("portal: %s", advice)
	}
	return checkTracking(ctx, f, conf, source)
}

// checkLogs reads the first lines of each log's files.
func checkLogs(ctx context.Context, f *findings, conf *config) error {
	if len(conf.Logs) == 0 {
		f.note("logs is empty: nothing can be measured")
		return nil
	}
	networks, err := readNetworks(conf)
	if err != nil {
		return err
	}
	if networks == nil {
		f.note("networks is not set: use by your own staff and monitors cannot be told from that of others; list their ranges")
	}
	for _, c := range conf.Logs {
		report, err := accesslog.Doctor(ctx, newLog(conf, c).Config, networks)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			f.fail("log %s: %v", c.Name, err)
		}
		checkLog(f, conf, c, report)
	}
	return nil
}

func checkLog(f *findings, conf *config, c logConfig, r accesslog.Report) {
	looked := 0
	for _, file := range r.Files {
		if file.Format == "" {
			continue // older than the ones looked into
		}
		looked++
		isMost := float64(file.Rejected) > conf.MaxRejected*float64(file.Lines)
		if isMost && (file.Rejected >= manyRejected || file.Rejected == file.Lines) {
			f.fail("log %s: %s: %s of the first %s lines cannot be parsed as %s: name the right format", c.Name, file.Path,
				thousands(file.Rejected), thousands(file.Lines), file.Format)
			continue
		}
		f.good("log %s: %s is %s: %s lines tried, %s rejected", c.Name, file.Path, file.Format, thousands(file.Lines), thousands(file.Rejected))
	}
	if looked == 0 {
		return
	}
	f.good("log %s: %s; the newest have lines from %s to %s (%s)", c.Name, plural(len(r.Files), "file", "files"),
		shown(conf, r.First), shown(conf, r.Last), conf.TimeZone)
	if r.UnlistedLines > 0 {
		f.note("log %s: %s lines are for virtual hosts that logs[].hosts does not name: nothing is measured there", c.Name, thousands(r.UnlistedLines))
	}
	checkWhatLogTells(f, c, r)
	share := 100 * float64(r.BusiestLines) / float64(max(r.ClientLines, 1))
	switch {
	case r.IsDominated():
		f.fail("log %s: five client addresses made %.0f %% of %s lines (%s from private addresses): a proxy, cache or load balancer hides the clients, and everybody behind it counts as one. Log the client's address, or set client_address: forwarded and trusted_proxies",
			c.Name, share, thousands(r.ClientLines), thousands(r.PrivateLines))
	case share >= 80:
		f.note("log %s: five client addresses made %.0f %% of only %s lines: too few to tell whether a proxy hides the clients", c.Name, share, thousands(r.ClientLines))
	case r.ClientLines == 0:
		f.note("log %s: no line of a client outside your own networks was found", c.Name)
	default:
		f.good("log %s: clients are told apart: %s addresses, the five busiest made %.0f %% of the lines", c.Name, thousands(r.Clients), share)
	}
}

// checkWhatLogTells looks for what no line of the log tells, most often since the server's format
// leaves it out.
func checkWhatLogTells(f *findings, c logConfig, r accesslog.Report) {
	if r.Requests == 0 {
		return
	}
	if r.NoStatus == r.Requests {
		f.fail("log %s: no line tells the answer's status, and without it no request counts as use: let the server log it", c.Name)
	}
	if r.NoAddress == r.Requests {
		f.fail("log %s: no line tells the client's address, and everybody counts as one client: let the server log it", c.Name)
	}
	if c.ClientAddress == accesslog.Forwarded && r.NoForwarded == r.Requests {
		f.fail("log %s: client_address is forwarded, and no line has X-Forwarded-For: let the server log it", c.Name)
	}
	if r.NoAgent == r.Requests {
		f.note("log %s: no line tells the user agent: robots are counted as users; let the server log it (docs/log-formats.md)", c.Name)
	}
}
