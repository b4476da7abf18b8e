package metrics

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Settings are what the models need to know besides the data; they become the row of
// build_setting.
type Settings struct {
	AsOf           time.Time // last day that is judged, UTC; only its date counts
	Threshold      int64     // T: uses a quarter from which a dataset is used
	PageThreshold  int64     // the same for visits of its page
	PhiDefault     float64   // dispersion where too little is known of it; at least 1
	FullYearDays   int64     // measured days below which a low status is provisional
	YearStartMonth int64     // 1 for calendar quarters, 4 for a financial year from April
	SuspectHour    int64     // distinct datasets an hour above which a client is a suspected robot
	Full           bool      // build every open day again
	Select         []string  // only these: NAME, +NAME (and all it is made from), NAME+ (and all made from it); none: all
}

// DefaultSettings are the definitions' own figures, for a given last day.
func DefaultSettings(asOf time.Time) Settings {
	return Settings{AsOf: asOf, Threshold: 5, PageThreshold: 20, PhiDefault: 2, FullYearDays: 270, YearStartMonth: 1, SuspectHour: 60}
}

func (s Settings) valid() error {
	switch {
	case s.AsOf.IsZero():
		return errors.New("settings: the last day (as-of) is not set")
	case s.Threshold < 1:
		return fmt.Errorf("settings: threshold is %d: it must be 1 use a quarter or more", s.Threshold)
	case s.PageThreshold < 1:
		return fmt.Errorf("settings: page_threshold is %d: it must be 1 visit a quarter or more", s.PageThreshold)
	case !(s.PhiDefault >= 1 && s.PhiDefault < 1000):
		return fmt.Errorf("settings: phi_default is %v: a dispersion is 1 or more", s.PhiDefault)
	case s.FullYearDays < 1 || s.FullYearDays > 365:
		return fmt.Errorf("settings: full_year_days is %d: it must be 1 to 365", s.FullYearDays)
	case s.YearStartMonth < 1 || s.YearStartMonth > 12:
		return fmt.Errorf("settings: year_start_month is %d: it must be 1 to 12", s.YearStartMonth)
	case s.SuspectHour < 1:
		return fmt.Errorf("settings: suspect_datasets_per_hour is %d: it must be 1 dataset or more", s.SuspectHour)
	}
	return nil
}

// horizonDays is how far back the models look: to the 365 days before the end of the first of
// eight quarters. The last complete one ended at most 91 days before the as-of, and the seven
// between have at most 641 days (two years without the shortest quarter): 91 + 641 + 365.
const horizonDays = 1097

// prepare fills build_setting, dim_date, build_window and build_day in one transaction. build_day keeps the
// days of a build that did not come to its end, so that a crash loses none.
//
// The days to build are those of units loaded since the last build, each with the day before and
// after; those that changed their meaning, or that an unfinished build took out
// (traffic.changed_day); those that a catalogue version loaded since reaches; and those that were not built yet. isFull adds every open day. A pruned
// day is never built again: its hits are gone, its facts stay.
func prepare(ctx context.Context, db *sql.DB, s Settings, isFull bool) (first time.Time, days int64, err error) {
	asOf := s.AsOf.UTC().Truncate(24 * time.Hour)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return first, 0, err
	}
	defer tx.Rollback() //nolint:errcheck // no effect after Commit
	if err := refusePruned(ctx, tx, asOf); err != nil {
		return first, 0, err
	}
	if first, err = firstDay(ctx, tx, asOf); err != nil {
		return first, 0, fmt.Errorf("first day: %w", err)
	}
	statements := []struct {
		text string
		args []any
	}{
		{`delete from build_setting`, nil},
		{
			`insert into build_setting
				(as_of_date, first_date, threshold, page_threshold, phi_default, full_year_days, year_start_month,
				suspect_datasets_per_hour)
			values (cast(? as date), cast(? as date), ?, ?, ?, ?, ?, ?)`,
			[]any{date(asOf), date(first), s.Threshold, s.PageThreshold, s.PhiDefault, s.FullYearDays, s.YearStartMonth, s.SuspectHour},
		},
		{`delete from dim_date`, nil},
		{insertDays, []any{s.YearStartMonth}},
		{`delete from build_window`, nil},
		{insertWindows, nil},
		{insertLostDays, nil},
		{insertBuildDays, []any{isFull}},
		{`delete from build_day where day in (select day from ledger.pruned_day)
			or day not in (select day from dim_date)`, nil},
	}
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement.text, statement.args...); err != nil {
			return first, 0, err
		}
	}
	if err := tx.QueryRowContext(ctx, `select count(*) from build_day`).Scan(&days); err != nil {
		return first, 0, err
	}
	return first, days, tx.Commit()
}

// refusePruned refuses a last day after which hits were pruned: the facts of the pruned days would
// have to go, and could not come back.
func refusePruned(ctx context.Context, db querier, asOf time.Time) error {
	var last sql.NullTime
	if err := db.QueryRowContext(ctx, `select max(day) from ledger.pruned_day`).Scan(&last); err != nil {
		return err
	}
	if !last.Valid || !asOf.Before(last.Time) {
		return nil
	}
	return fmt.Errorf("as-of %s: the hits of days up to %[2]s were pruned, so the facts of days after the as-of could never be built again: "+
		"set it to %[2]s or later, or use a copy of the warehouse from before it was pruned", date(asOf), date(last.Time))
}

// firstDay is the first day, as far back as the models look, of which a log has a line or a tool
// has counted. What logs cover is told from their own first line; see int_exposure.
func firstDay(ctx context.Context, db querier, asOf time.Time) (time.Time, error) {
	earliest := asOf.AddDate(0, 0, 1-horizonDays)
	var first sql.NullTime
	err := db.QueryRowContext(ctx, `
		select min(day) from (
			select cast(hour_at as date) as day from ledger.unit_hour
			where cast(hour_at as date) between cast($1 as date) and cast($2 as date)
			union all
			select greatest(period_start, cast($1 as date)) from ledger.count_pull
			where period_end >= cast($1 as date) and period_start <= cast($2 as date)
		)`,
		date(earliest), date(asOf)).Scan(&first)
	if err != nil || !first.Valid {
		return asOf, err
	}
	return first.Time, nil
}

// insertDays writes the days from first_date to as_of_date. $1 is the month a year of quarters
// begins with; a quarter is named by the year it begins in, or by two where that is not January.
const insertDays = `
	insert into dim_date
		(day, weekday, month_start_date, quarter_start_date, quarter_end_date, quarter_label, days_before)
	with days as (
		select cast(unnest(generate_series(first_date, as_of_date, interval 1 day)) as date) as day, as_of_date
		from build_setting
	),
	shifted as (
		select day, as_of_date, cast(day - to_months(cast($1 - 1 as integer)) as date) as fiscal_day,
			date_trunc('month', day) as month_start
		from days
	),
	quarters as (
		select *,
			-- Months since the quarter began, by months since the year did.
			(cast(extract(month from day) as integer) - cast($1 as integer) + 12) % 12 as year_month
		from shifted
	),
	bounds as (
		select *, cast(month_start - to_months(year_month % 3) as date) as quarter_start,
			cast(extract(year from month_start - to_months(year_month)) as integer) as start_year
		from quarters
	)
	select
		day,
		isodow(day),
		cast(month_start as date),
		quarter_start,
		cast(quarter_start + interval 3 month - interval 1 day as date),
		case when $1 = 1 then start_year || 'Q' || (year_month // 3 + 1)
			else start_year || '/' || lpad(cast((start_year + 1) % 100 as varchar), 2, '0') || 'Q' || (year_month // 3 + 1) end,
		date_diff('day', day, as_of_date)
	from bounds
	order by day`

// insertWindows writes the windows that datasets are judged for: the 365 days to as_of_date, those
// before, and those to the end of each of the last eight quarters that are over.
const insertWindows = `
	insert into build_window (window_label, window_kind, start_date, end_date)
	with quarters as (
		select quarter_label, max(quarter_end_date) as end_date
		from dim_date
		where quarter_end_date <= (select as_of_date from build_setting)
		group by quarter_label
		order by end_date desc
		limit 8
	)
	select 'current', 'current', as_of_date - 364, as_of_date from build_setting
	union all
	select 'earlier', 'earlier', as_of_date - 729, as_of_date - 365 from build_setting
	union all
	select quarter_label, 'quarter', end_date - 364, end_date from quarters`

// insertLostDays remembers the days that this build takes out of the tables, since they are after
// its last one: if it does not come to its end, they are to be built again.
const insertLostDays = `
	insert into traffic.changed_day
	select cast(day as date) from (
		select unnest(generate_series(as_of_date + 1, last_date, interval 1 day)) as day
		from build_setting, (select max_by(as_of_date, build_id) as last_date from ledger.build) as last_build
		where last_date > as_of_date
	)
	where day not in (select day from traffic.changed_day)`

// insertBuildDays adds the days to build to those left over. $1: every open day.
const insertBuildDays = `
	insert into build_day
	with last_build as (
		select coalesce(max_by(last_unit_id, build_id), 0) as unit_id,
			max_by(first_date, build_id) as first_date, max_by(as_of_date, build_id) as as_of_date
		from ledger.build
	),
	touched as (
		select distinct cast(hour_at as date) as day
		from ledger.unit_hour
		where unit_id > (select unit_id from last_build)
	),
	versions as (
		select valid_from from raw.dataset where unit_id > (select unit_id from last_build)
		union all
		select valid_from from raw.resource where unit_id > (select unit_id from last_build)
	),
	wanted as (
		select unnest([day - 1, day, day + 1]) as day from touched
		union
		select day from traffic.changed_day
		union
		select dim_date.day from dim_date
		where dim_date.day >= (select min(cast(valid_from as date)) from versions)
		union
		select dim_date.day from dim_date, last_build
		where $1 or last_build.as_of_date is null
			or dim_date.day not between last_build.first_date and last_build.as_of_date
	)
	select cast(day as date) from wanted
	where day is not null and day not in (select day from build_day)`

// dayDefinition is what a day's facts depend on besides the models and the logs.
func (s Settings) dayDefinition() string {
	return fmt.Sprintf("suspect_datasets_per_hour %d", s.SuspectHour)
}

// logDigest is the digest of which log speaks for which host, and when: counting depends on it,
// so a change of it is a change of the definition of every day.
func logDigest(ctx context.Context, db querier) (string, error) {
	var text string
	err := db.QueryRowContext(ctx, `
		select coalesce(string_agg(line, chr(10) order by line), '')
		from (
			select concat_ws('|', log, host, channel, role, replica_group,
				coalesce(cast(from_date as varchar), ''), coalesce(cast(until_date as varchar), '')) as line
			from raw.log
		)`).Scan(&text)
	if err != nil {
		return "", fmt.Errorf("logs: %w", err)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8]), nil
}

func date(t time.Time) string { return t.UTC().Format(time.DateOnly) }
