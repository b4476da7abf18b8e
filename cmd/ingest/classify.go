package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"footfall/internal/traffic"
	"footfall/internal/warehouse"
)

// classify says what every distinct URL, agent and referrer means, by the rules of package
// traffic and the catalogue as it is now known.
func (l *pipeline) classify(ctx context.Context) error {
	r, err := l.readRules(ctx)
	if err != nil {
		return err
	}
	roles, err := l.classifyRoles(ctx, r)
	if err != nil {
		return err
	}
	if err := l.group(ctx, roles); err != nil {
		return err
	}
	if err := l.keepNotes(ctx); err != nil {
		return err
	}
	targets, err := l.targets(ctx, r, roles)
	if err != nil {
		return err
	}
	own := l.config.ownHosts()
	ownVersion := fmt.Sprintf("%016x", uint64(traffic.TextID([]byte(strings.Join(sortedKeys(own), "\x00")))))
	for _, step := range []warehouse.Step{
		{
			Name: "url_target", Version: targets.Version(), Texts: "raw.url", Key: "url_id", Read: []string{"host", "path", "query"},
			Into: "traffic.url_target", Changes: "traffic.target_change", Write: []string{"dataset_id", "resource_id", "usage_kind", "rule"},
			Classify: func(read []string, add func(...string)) {
				for _, t := range targets.Classify(traffic.URL{Host: read[0], Path: read[1], Query: read[2]}) {
					add(t.DatasetID, t.ResourceID, t.Kind, t.Rule)
				}
			},
		},
		{
			Name: "agent_class", Version: r.version, Texts: "raw.agent", Key: "agent_id", Read: []string{"user_agent"},
			Into: "traffic.agent_class", Write: []string{"agent_class", "agent_name"},
			Classify: func(read []string, add func(...string)) { add(r.agents.Classify(read[0])) },
		},
		{
			Name: "referrer_class", Version: r.version + ownVersion, Texts: "raw.referrer", Key: "referrer_id", Read: []string{"host", "path"},
			Into: "traffic.referrer_class", Write: []string{"medium", "referrer_name"},
			Classify: func(read []string, add func(...string)) { add(r.referrers.Classify(read[0], read[1], own)) },
		},
	} {
		done, err := l.warehouse.Classify(ctx, step)
		if err != nil {
			return err
		}
		l.log.InfoContext(ctx, "classified", "step", step.Name, "texts", done.Texts, "rows", done.Rows, "full", done.IsFull)
	}
	return nil
}

// classifyRoles says of each version of a resource whether it is data, a service, a document or
// a page, and returns the roles by resource and URL.
func (l *pipeline) classifyRoles(ctx context.Context, r rules) (map[string]string, error) {
	resources, err := l.warehouse.Resources(ctx)
	if err != nil {
		return nil, err
	}
	roles := make(map[string]string, len(resources))
	rows := make([]warehouse.Role, 0, len(resources))
	for _, resource := range resources {
		u, _ := traffic.ParseURL(resource.URL)
		role, rule := r.roles.Classify(resource.Format, resource.LocatorFunction, resource.ResourceType, resource.URLType, u)
		roles[resource.ID+"\x00"+resource.URL] = role
		rows = append(rows, warehouse.Role{ResourceID: resource.ID, VersionHash: resource.VersionHash, Role: role, Rule: rule})
	}
	return roles, l.warehouse.SetRoles(ctx, rows, r.version)
}

// targets puts the whole catalogue, old names, addresses and vanished records included, behind
// the rules that find the dataset of a URL.
func (l *pipeline) targets(ctx context.Context, r rules, roles map[string]string) (*traffic.Targets, error) {
	datasets, err := l.warehouse.Datasets(ctx)
	if err != nil {
		return nil, err
	}
	resources, err := l.warehouse.Resources(ctx)
	if err != nil {
		return nil, err
	}
	var known []traffic.Dataset
	for _, d := range datasets {
		page, _ := traffic.ParseURL(d.PageURL)
		known = append(known, traffic.Dataset{ID: d.ID, Name: d.Name, GUID: d.GUID, OldNames: d.OldNames, PageURL: page, IsGone: d.IsGone})
	}
	var files []traffic.Resource
	for _, one := range resources {
		u, _ := traffic.ParseURL(one.URL)
		files = append(files, traffic.Resource{ID: one.ID, DatasetID: one.DatasetID, Name: one.Name, URL: u, Role: roles[one.ID+"\x00"+one.URL]})
	}
	rules := traffic.TargetRules{GUIDHosts: sortedKeys(l.config.ownHosts()), PermalinkHosts: l.config.Permalinks, Roles: r.roles}
	for _, u := range []*url.URL{l.config.siteURL, l.config.portalURL} {
		if u != nil {
			// A site's URL may name its API; the pages are beside it.
			root, _, _ := strings.Cut(u.Path, "/api")
			rules.Portals = append(rules.Portals, traffic.Portal{Hosts: []string{strings.ToLower(u.Host)}, RootPath: strings.TrimSuffix(root, "/")})
		}
	}
	// A rule that does not fit, such as one whose dataset is not in the catalogue, is left out and
	// said; the others hold.
	for i, c := range l.config.Targets {
		rule := traffic.Rule{Host: c.Host, PathPrefix: c.Prefix, PathRegexp: c.Regexp, Dataset: c.Dataset, Kind: orElse(c.Kind, traffic.Request)}
		if _, err := traffic.NewTargets(traffic.TargetRules{Own: []traffic.Rule{rule}}, known, nil); err != nil {
			l.attention = append(l.attention, fmt.Sprintf("%s: targets[%d] is left out: %v", l.config.file, i, errors.Unwrap(err)))
			continue
		}
		rules.Own = append(rules.Own, rule)
	}
	return traffic.NewTargets(rules, known, files)
}
