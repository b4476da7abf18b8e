package accesslog

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"time"

	"footfall/internal/traffic"
)

const (
	doctorLines = 20_000 // of a file
	doctorFiles = 3      // the newest
	busiest     = 5

	// With so many lines of so few addresses, the log knows a proxy and not its clients. Below
	// dominatedLines one diligent client would do.
	dominatedShare = 0.8
	dominatedLines = 500
)

// A Report is what a look at a log's files tells, without a ledger. It holds no address.
type Report struct {
	Files         []FileReport // all that the paths match, the newest first
	Lines         int64        // looked at: the first of the newest files; blank ones and comments aside
	Rejected      int64
	Reasons       map[string]int64 // of the rejected
	First, Last   time.Time        // of the lines looked at
	Clients       int64            // addresses, those aside of our own networks and monitors
	ClientLines   int64            // lines of these clients
	BusiestLines  int64            // lines of the five busiest of them
	PrivateLines  int64            // lines of addresses that are private or of the machine itself
	UnlistedLines int64            // lines for a virtual host that the configuration does not name
	// Of the lines that are requests: how many there are, and how many tell no status, agent or
	// address, and have no X-Forwarded-For.
	Requests, NoStatus, NoAgent, NoAddress, NoForwarded int64
}

// A FileReport is one file of a Report.
type FileReport struct {
	Path         string
	Size         int64
	Modified     time.Time
	IsCompressed bool
	Format       string // empty: it was not looked into
	Lines        int64
	Rejected     int64
}

// IsDominated says that a few addresses have nearly all lines: a proxy hides the clients, and
// client_address and trusted_proxies have to be set.
func (r *Report) IsDominated() bool {
	return r.ClientLines >= dominatedLines && float64(r.BusiestLines) >= dominatedShare*float64(r.ClientLines)
}

// Doctor looks at the files of a log and at the first lines of the newest ones. The error joins
// what is wrong with the configuration and with single files; the report has the others.
func Doctor(ctx context.Context, config Config, networks *traffic.Networks) (Report, error) {
	report := Report{Reasons: map[string]int64{}}
	if err := config.check(); err != nil {
		return report, err
	}
	paths, errs := findFiles(config.Paths)
	var files []*file
	for _, path := range paths {
		f, err := statFile(path)
		if err != nil {
			errs = append(errs, explainFile(path, err))
			continue
		}
		files = append(files, f)
	}
	slices.SortStableFunc(files, func(a, b *file) int {
		return cmp.Or(b.info.ModTime().Compare(a.info.ModTime()), cmp.Compare(a.path, b.path))
	})
	checkup := &checkup{
		report: &report, config: &config, lines: map[string]int64{},
		clients: &clients{networks: networks, proxies: config.TrustedProxies, isForwarded: config.ClientAddress == Forwarded},
	}
	looked := 0
	for _, f := range files {
		found := FileReport{Path: f.path, Size: f.info.Size(), Modified: f.info.ModTime()}
		if looked < doctorFiles {
			err := checkup.look(ctx, f, &found)
			if err != nil && !errors.Is(err, errNoLines) {
				errs = append(errs, explainFile(f.path, err))
			}
			if found.Lines > 0 {
				looked++
			}
		}
		report.Files = append(report.Files, found)
	}
	checkup.finish()
	if err := errors.Join(errs...); err != nil {
		return report, fmt.Errorf("log %s: %w", config.Name, err)
	}
	return report, nil
}

// A checkup counts the lines of clients while a report is made.
type checkup struct {
	report  *Report
	config  *Config
	clients *clients
	lines   map[string]int64 // by address: in memory only
}

func (c *checkup) look(ctx context.Context, f *file, found *FileReport) error {
	text, handle, err := f.open(f.info.Size())
	if err != nil {
		return err
	}
	defer handle.Close()
	found.IsCompressed = f.isPacked()
	buffer := make([]byte, bufferSize)
	format, err := chooseFormat(text, c.config, buffer)
	if err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	found.Format = format.name
	parse := format.open(c.config.Zone)
	lines := newLines(&watched{ctx, rewind(text, handle, f.info.Size())}, 0, nil, buffer)
	for found.Lines < doctorLines {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case line.isTooLong:
			c.line(line, parse, found)
		case len(bytes.TrimSpace(line.text)) == 0:
		case line.text[0] != '#':
			c.line(line, parse, found)
		case format.hasHeader:
			parse(line.text, &Entry{})
		}
	}
	return nil
}

func (c *checkup) line(line textLine, parse parser, found *FileReport) {
	found.Lines++
	c.report.Lines++
	var e Entry
	why := reasonTooLong
	if !line.isTooLong {
		why = parse(line.text, &e)
	}
	if why != "" {
		found.Rejected++
		c.report.Rejected++
		c.report.Reasons[string(why)]++
		return
	}
	at := time.UnixMicro(e.At).UTC()
	if c.report.First.IsZero() || at.Before(c.report.First) {
		c.report.First = at
	}
	if at.After(c.report.Last) {
		c.report.Last = at
	}
	if e.Target != nil {
		r := c.report
		r.Requests++
		for _, missing := range [...]struct {
			count *int64
			is    bool
		}{
			{&r.NoStatus, e.Status == 0},
			{&r.NoAgent, isAbsent(e.Agent)},
			{&r.NoAddress, isAbsent(e.Address)},
			{&r.NoForwarded, isAbsent(e.Forwarded)},
		} {
			if missing.is {
				*missing.count++
			}
		}
	}
	isListed := func(host string) bool { return bytes.EqualFold([]byte(host), e.Host) }
	if len(c.config.Hosts) > 0 && len(e.Host) > 0 && !slices.ContainsFunc(c.config.Hosts, isListed) {
		c.report.UnlistedLines++
	}
	class, address := c.clients.find(&e)
	switch class {
	case "own_group", "contractor", "monitoring":
		return
	}
	c.lines[string(address)]++
}

func (c *checkup) finish() {
	counts := slices.Sorted(maps.Values(c.lines))
	for i, count := range counts {
		c.report.ClientLines += count
		if i >= len(counts)-busiest {
			c.report.BusiestLines += count
		}
	}
	c.report.Clients = int64(len(counts))
	for text, count := range c.lines {
		if address, err := netip.ParseAddr(text); err == nil && (address.IsPrivate() || address.IsLoopback()) {
			c.report.PrivateLines += count
		}
	}
}
