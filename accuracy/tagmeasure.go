package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"footfall/internal/simulate"
)

// A tagResult is what came of a truth and a case: what was said of the datasets that no log covers, by
// how the shares were given and by T.
type tagResult struct {
	outcomes map[string]map[float64][]outcome
	// The low end of Matomo's share, as the program had it and as it is, and the dispersion of its counts.
	low, trueLow, dispersion map[string][]float64
}

// A tagJudgement is what a build says of the portal of a seed.
type tagJudgement struct {
	statuses                 map[string]map[string]string // by scenario and dataset
	low, trueLow, dispersion float64
}

// measureTag tries a case with every seed, several portals at once.
func (p *plan) measureTag(ctx context.Context, progress io.Writer, t truth, c tagCase) (*tagResult, error) {
	said := make([]map[string]tagJudgement, p.tagSeeds)
	err := p.eachSeed(ctx, p.tagSeeds, func(ctx context.Context, dir string, seed int) (err error) {
		if said[seed], err = p.tryTag(ctx, dir, p.tagWorld(t, c, seed+1)); err == nil {
			fmt.Fprintf(progress, "%s, tags %s, seed %d\n", t.name, c, seed+1)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	r := &tagResult{map[string]map[float64][]outcome{}, map[string][]float64{}, map[string][]float64{}, map[string][]float64{}}
	for seed := range p.tagSeeds {
		world := simulate.New(p.tagWorld(t, c, seed+1))
		for basis, j := range said[seed] {
			r.add(world, basis, j)
		}
	}
	return r, nil
}

func (r *tagResult) add(world *simulate.World, basis string, j tagJudgement) {
	if r.outcomes[basis] == nil {
		r.outcomes[basis] = map[float64][]outcome{}
	}
	r.low[basis] = append(r.low[basis], j.low)
	r.trueLow[basis] = append(r.trueLow[basis], j.trueLow)
	r.dispersion[basis] = append(r.dispersion[basis], j.dispersion)
	for _, one := range tagThresholds {
		for _, t := range world.Truth() {
			status, isJudged := j.statuses[one.scenario][t.DatasetID]
			if class := tagClass(t, one.t); isJudged && class != other {
				r.outcomes[basis][one.t] = append(r.outcomes[basis][one.t], outcome{class, t.Rate, status})
			}
		}
	}
}

// tryTag takes a portal through a year of logs and counts and builds the models for each way to give
// the shares.
func (p *plan) tryTag(ctx context.Context, dir string, o simulate.Options) (map[string]tagJudgement, error) {
	all := map[string]tagJudgement{}
	err := open(ctx, dir, p.ingest, o, func(portal *portal) error {
		l, err := portal.loader()
		if err != nil {
			return err
		}
		if err := portal.do(ctx, o.Days, "catalogue"); err != nil {
			return err
		}
		if err := l.load(ctx, slices.Collect(portal.world.Requests()), 0, o.Days); err != nil {
			return err
		}
		if err := portal.loadCounts(ctx, o.Days); err != nil {
			return err
		}
		for _, basis := range bases {
			if err := portal.configureTags(basis); err != nil {
				return err
			}
			if err := portal.do(ctx, o.Days, "models"); err != nil {
				return err
			}
			if all[basis], err = portal.tagJudgement(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// configureTags names the sources of counts, with the share that they see or without it.
func (p *portal) configureTags(basis string) error {
	tracking, matomo := "", ""
	if basis == configured {
		low, high := trueEnds(p.world, func(t simulate.Truth) float64 { return t.TrackingShare })
		tracking = fmt.Sprintf("  tracking_detection: {requests: [%g, %g]}\n", low, high)
		low, high = trueEnds(p.world, func(t simulate.Truth) float64 { return t.MatomoShare })
		matomo = fmt.Sprintf(", detection: {requests: [%g, %g]}", low, high)
	}
	return errors.Join(
		os.WriteFile(filepath.Join(p.dir, "token"), []byte(simulate.MatomoToken), 0o600),
		p.configure(tagThreshold, tracking, fmt.Sprintf("counts:\n  - {name: %s, kind: matomo, url: %s, site: 1, token_file: token%s}\n", matomoName, p.url, matomo)))
}

// tagJudgement is what the warehouse says.
func (p *portal) tagJudgement(ctx context.Context) (j tagJudgement, err error) {
	j.statuses = map[string]map[string]string{}
	j.trueLow, _ = trueEnds(p.world, func(t simulate.Truth) float64 { return t.MatomoShare })
	db, err := sql.Open("duckdb", p.warehouse()+"?access_mode=READ_ONLY&threads=1")
	if err != nil {
		return j, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.QueryRowContext(ctx, `
		select coalesce(share_low, 0), dispersion
		from int_count_share
		inner join int_count_dispersion using (source, metric_kind)
		where source = $1 and metric_kind = 'files' and window_label = 'current' and scenario = 'base'`, matomoName).Scan(&j.low, &j.dispersion)
	if err != nil {
		return j, err
	}
	rows, err := db.QueryContext(ctx, `select scenario, dataset_id, status from int_status where window_label = 'current'`)
	if err != nil {
		return j, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var scenario, id, status string
		if err := rows.Scan(&scenario, &id, &status); err != nil {
			return j, err
		}
		if j.statuses[scenario] == nil {
			j.statuses[scenario] = map[string]string{}
		}
		j.statuses[scenario][id] = status
	}
	return j, rows.Err()
}
