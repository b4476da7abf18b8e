package simulate

// Kind says what happens to a dataset in the catalogue and where its data is.
type Kind string

// The kinds. Every world has at least one dataset of each.
const (
	KindPlain         Kind = "plain"          // data on hosts that have logs, nothing happens
	KindNew           Kind = "new"            // created during the simulated days
	KindRecent        Kind = "recent"         // created in the last three weeks
	KindUnborn        Kind = "unborn"         // created in the first hour after the last day
	KindDeleted       Kind = "deleted"        // deleted during the simulated days
	KindRenamed       Kind = "renamed"        // changes its name; the old one answers 404
	KindMoved         Kind = "moved"          // goes to another publisher
	KindRelinked      Kind = "relinked"       // its file gets another URL; the old one answers 404
	KindBroken        Kind = "broken"         // its data answers 404 or 410 from some day on
	KindFlaky         Kind = "flaky"          // its data answers 503 for two weeks, then works again
	KindNoResources   Kind = "no_resources"   // a record without any resource
	KindDocumentsOnly Kind = "documents_only" // resources, but none with data
	KindUnlogged      Kind = "unlogged"       // data only on hosts without logs
	KindRedirected    Kind = "redirected"     // the same, partly reached through the portal's redirect
	KindPartlyLogged  Kind = "partly_logged"  // one resource with a log, one without
	KindSeries        Kind = "series"         // has children and a service of its own
	KindChild         Kind = "child"          // belongs to a series
	KindShared        Kind = "shared"         // two records with one file
)

// Shape says how the uses of a dataset fall in time. All have the dataset's rate as their mean.
type Shape string

// The shapes of use.
const (
	ShapeSteady   Shape = "steady"   // each use on its own
	ShapeBursts   Shape = "bursts"   // one client on three days of a week
	ShapePolled   Shape = "polled"   // three tenths by apps that come daily for 15 days
	ShapeSeasonal Shape = "seasonal" // nearly nothing half a year from its peak
	ShapeCampaign Shape = "campaign" // half of it within 30 days

	// Those that only Options.Shapes brings. A burst is of 1 client-day or more, 3 on average.
	ShapeWeekBursts     Shape = "week_bursts"     // several clients within a week
	ShapeMonthBursts    Shape = "month_bursts"    // several clients within four weeks
	ShapeMostlyPolled   Shape = "mostly_polled"   // six tenths by apps that come daily for four weeks
	ShapeSeldomCampaign Shape = "seldom_campaign" // half of it within 30 days of every second year
)

// role is what a resource is for.
type role uint8

const (
	dataRole role = iota
	documentRole
)

// route is how a resource is fetched.
type route uint8

const (
	fileRoute     route = iota // a file under its own URL
	uploadRoute                // a file in the portal's own store
	tableRoute                 // the same, also loaded into the portal's DataStore
	wmsRoute                   // a map service: capabilities, then maps
	featuresRoute              // a feature service: one address with all parameters
)

// resource is one resource of a dataset. Its URL is "https://" + host + target.
type resource struct {
	id, name, format, mime string
	host, target           string
	oldTarget              string // before dataset.relinked; empty: always target
	role                   role
	route                  route
	size                   int64
}

// span is a stretch of time in Unix seconds, its end not included.
type span struct{ from, to int64 }

func (s span) holds(at int64) bool { return at >= s.from && at < s.to }

// dataset is one record of the catalogue over all its life. Moments are Unix seconds; never is
// the one that does not come.
type dataset struct {
	id, name, oldName, title, notes string
	guid, recordKind                string
	kind                            Kind
	shape                           Shape
	publisher, oldPublisher         int
	parent                          int // index of the series, or -1
	sharedWith                      int // index of the dataset whose file this record repeats, or -1
	rate                            float64
	pageRate                        float64 // page visits a quarter that take nothing
	season                          float64 // where the peak or the campaign lies, as a share of Options.Days
	resources                       []resource
	data                            []int // indexes of the resources that hold data
	created, deleted                int64
	renamed, moved, relinked        int64
	broken                          span
	brokenStatus                    int
	touchDays                       int64 // edited every so many days; 0: never again
	micros                          int64 // fraction of its timestamps
}

func (d *dataset) liveAt(at int64) bool { return at >= d.created && at < d.deleted }

func (d *dataset) nameAt(at int64) string {
	if at < d.renamed && d.oldName != "" {
		return d.oldName
	}
	return d.name
}

func (d *dataset) publisherAt(at int64) int {
	if at < d.moved && d.moved != never {
		return d.oldPublisher
	}
	return d.publisher
}

func (d *dataset) targetAt(r *resource, at int64) string {
	if at < d.relinked && r.oldTarget != "" {
		return r.oldTarget
	}
	return r.target
}

// modifiedAt is when the record was last changed, as seen at a moment, in Unix microseconds.
func (d *dataset) modifiedAt(at int64) int64 {
	last := d.created
	if step := d.touchDays * day; step > 0 {
		last += (at - d.created) / step * step
	}
	for _, change := range []int64{d.renamed, d.moved, d.relinked} {
		if change <= at {
			last = max(last, change)
		}
	}
	return last*1e6 + d.micros
}

// hasLog says whether somebody keeps the log of a host.
func hasLog(host string) bool {
	return host == PortalHost || host == FilesHost || host == MapsHost
}
