package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/accesslog"
	"footfall/internal/sources/ckan"
	"footfall/internal/traffic"
	"footfall/internal/warehouse"
)

// namedSource is a source with the name that messages and the ledger give it.
type namedSource struct {
	name string
	sources.Source
	// keep stores what only makes the next run faster.
	keep func(context.Context) error
}

// openCatalogue is the portal's catalogue, with what the warehouse knows of it.
func openCatalogue(ctx context.Context, l *pipeline) (namedSource, error) {
	source, err := knownCatalogue(ctx, l)
	return namedSource{name: l.catalogueName(), Source: source}, err
}

func (l *pipeline) catalogueName() string { return "ckan/" + l.config.Portal.Name }

func knownCatalogue(ctx context.Context, l *pipeline) (*ckan.Source, error) {
	source, err := newCatalogue(l.config, l.now)
	if err != nil {
		return nil, err
	}
	source.Log = l.log
	if l.options.fullSync {
		source.Config.FullEvery = 1
	}
	source.Config.AcceptShrink = l.options.acceptShrink
	pulls, err := l.warehouse.Pulls(ctx, l.catalogueName())
	if err != nil {
		return nil, err
	}
	source.Known.Pulls, source.Known.LastPull, source.Known.LastFull = pulls.Count, pulls.LastAt, pulls.LastFullAt
	source.Known.LastModified, source.Known.Path = pulls.LastModified, pulls.Path
	for table, known := range map[string]*map[string]ckan.Version{
		"dataset": &source.Known.Datasets, "resource": &source.Known.Resources, "publisher": &source.Known.Publishers,
	} {
		versions, err := l.warehouse.Versions(ctx, table)
		if err != nil {
			return nil, err
		}
		*known = make(map[string]ckan.Version, len(versions))
		for _, v := range versions {
			(*known)[v.ID] = ckan.Version{Hash: v.Hash, IsGone: v.IsGone, DatasetID: v.Parent}
		}
	}
	return source, nil
}

func newCatalogue(conf *config, now func() time.Time) (*ckan.Source, error) {
	token, err := conf.token()
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", conf.file, err)}
	}
	p := conf.Portal
	return &ckan.Source{
		Config: ckan.Config{
			Name: p.Name, URL: p.URL, SiteURL: p.SiteURL, Token: token, FQ: p.Filter, Organizations: p.Organizations, PageSize: p.PageSize,
			FullEvery: p.FullEvery, RequestTimeout: p.Timeout, MaxRetries: p.Retries, MinShare: p.MinShare,
			UserAgent: "Footfall/" + version,
		},
		Now: now,
	}, nil
}

// openLogs are the configured logs, each with what the ledger knows of its streams.
func openLogs(ctx context.Context, l *pipeline) ([]namedSource, error) {
	if len(l.config.Logs) == 0 {
		return nil, nil
	}
	if err := checkShared(l.config); err != nil {
		return nil, usageError{err}
	}
	salts, err := accesslog.OpenSalts(l.config.salts())
	if err != nil {
		return nil, err
	}
	key, err := l.streamKey(ctx)
	if err != nil {
		return nil, err
	}
	networks, err := readNetworks(l.config)
	if err != nil {
		return nil, err
	}
	days, err := l.days(ctx)
	if err != nil {
		return nil, err
	}
	files, err := l.warehouse.Files(ctx)
	if err != nil {
		return nil, err
	}
	var seen []accesslog.FileSeen
	for _, f := range files {
		seen = append(seen, accesslog.FileSeen(f))
	}
	var logs []namedSource
	for _, c := range l.config.Logs {
		if l.options.log != "" && c.Name != l.options.log {
			continue
		}
		streams, err := l.warehouse.Streams(ctx, c.Name)
		if err != nil {
			return nil, err
		}
		source := newLog(l.config, c)
		source.Networks, source.Salts, source.Key, source.Seen, source.Days = networks, salts, key, seen, days
		source.Log, source.Now = l.log, l.now
		source.Config.AcceptTruncated, source.Config.AcceptRejects = l.options.acceptTruncated, l.options.acceptRejects
		source.Config.Spool = l.spool
		if len(l.options.paths) > 0 {
			source.Config.Paths = l.options.files()
		}
		for _, s := range streams {
			source.Progress = append(source.Progress, accesslog.Progress(s))
		}
		logs = append(logs, namedSource{name: c.Name, Source: source, keep: func(ctx context.Context) error {
			var files []warehouse.File
			for _, f := range source.FilesSeen() {
				files = append(files, warehouse.File(f))
			}
			return l.warehouse.KeepFiles(ctx, files)
		}})
	}
	return logs, nil
}

func newLog(conf *config, c logConfig) *accesslog.Source {
	paths := make([]string, len(c.Paths))
	for i, path := range c.Paths {
		paths[i] = conf.path(path)
	}
	return &accesslog.Source{Config: accesslog.Config{
		Name: c.Name, Paths: paths, Hosts: c.hosts(),
		Format: c.Format, JSON: accesslog.JSONKeys(c.JSON), Zone: c.zone,
		ClientAddress: c.ClientAddress, TrustedProxies: c.proxies, MaxRejectedShare: conf.MaxRejected,
	}}
}

func readNetworks(conf *config) (networks *traffic.Networks, err error) {
	if conf.Networks == "" {
		return nil, nil //nolint:nilnil // no list means that every network is "other"
	}
	f, err := os.Open(conf.path(conf.Networks))
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: networks: %w", conf.file, err)}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if networks, err = traffic.ReadNetworks(f, conf.path(conf.Networks)); err != nil {
		return nil, usageError{err}
	}
	return networks, nil
}

// streamKey is the key of the hashes that tell files apart. Without the one that the ledger's
// hashes were made with, every file would look new and be counted again.
func (l *pipeline) streamKey(ctx context.Context) (key accesslog.StreamKey, err error) {
	file := l.config.streamKey()
	key, err = accesslog.ReadStreamKey(file)
	if !errors.Is(err, os.ErrNotExist) {
		return key, err
	}
	known, err := l.warehouse.HasStreams(ctx)
	if err != nil {
		return key, err
	}
	if known {
		return key, fmt.Errorf("%s is gone, but logs were loaded with it: every file would be counted again; restore it from the backup of %s",
			file, l.config.path(l.config.DataDir))
	}
	return accesslog.NewStreamKey(file, rand.Reader)
}

// days are the UTC days with hits loaded, and those whose hits were pruned.
func (l *pipeline) days(ctx context.Context) (accesslog.Days, error) {
	days := accesslog.Days{Loaded: map[accesslog.Day]bool{}, Pruned: map[accesslog.Day]bool{}}
	loaded, err := l.warehouse.LoadedDays(ctx)
	if err != nil {
		return days, err
	}
	for day := range loaded {
		days.Loaded[accesslog.DayOf(day)] = true
	}
	pruned, err := l.warehouse.PrunedDays(ctx)
	if err != nil {
		return days, err
	}
	for _, day := range pruned {
		days.Pruned[accesslog.DayOf(day)] = true
	}
	return days, nil
}
