package main

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/viper"

	"footfall/internal/sources/asking"
	"footfall/internal/traffic"
)

// config is footfall.yaml. Paths in it are relative to its folder.
type config struct {
	file  string         // where it was read from
	notes []traffic.Note // of the context register

	DataDir        string        `mapstructure:"data_dir"`       // warehouse, salts, lock
	Published      string        `mapstructure:"published"`      // the file that is handed out
	MemoryLimit    string        `mapstructure:"memory_limit"`   // of the engine
	Threads        int           `mapstructure:"threads"`        // of the engine; 0: all
	TimeZone       string        `mapstructure:"time_zone"`      // of times shown to people; data is UTC
	AsOf           string        `mapstructure:"as_of"`          // last day that counts; empty: yesterday, UTC
	Networks       string        `mapstructure:"networks"`       // CSV of address ranges
	CounterRobots  string        `mapstructure:"counter_robots"` // COUNTER's list of robots, JSON; empty: ours alone
	Context        string        `mapstructure:"context"`        // CSV of notes on datasets
	Portal         portalConfig  `mapstructure:"portal"`         //
	Logs           []logConfig   `mapstructure:"logs"`           //
	Counts         []countConfig `mapstructure:"counts"`         // what others count
	Targets        []ruleConfig  `mapstructure:"targets"`        // rules of the user's own
	Permalinks     []string      `mapstructure:"permalinks"`     // hosts whose paths end in an id, name or guid of the catalogue
	Verdict        verdictConfig `mapstructure:"verdict"`        //
	Report         reportConfig  `mapstructure:"report"`         // what reports say of the portal
	RetainHits     int           `mapstructure:"retain_hits_days"`
	SaltDays       int           `mapstructure:"salt_days"`
	MaxRejected    float64       `mapstructure:"max_rejected_share"`
	zone           *time.Location
	portalURL      *url.URL // where the API is
	siteURL        *url.URL // where the pages are
	environToken   string
	environSecrets map[string]string // of counts, by variable
}

type portalConfig struct {
	Name          string        `mapstructure:"name"`
	URL           string        `mapstructure:"url"`      // of the site or its API
	SiteURL       string        `mapstructure:"site_url"` // where readers see its pages; empty: url
	TokenFile     string        `mapstructure:"token_file"`
	Filter        string        `mapstructure:"fq"`
	Organizations []string      `mapstructure:"organizations"`
	PageSize      int           `mapstructure:"page_size"`
	FullEvery     time.Duration `mapstructure:"full_sync_every"`
	Timeout       time.Duration `mapstructure:"timeout"`
	Retries       int           `mapstructure:"retries"`
	MinShare      float64       `mapstructure:"min_share"`
	// The portal's own count of visits.
	Tracking          string          `mapstructure:"tracking"`      // auto, on or off
	TrackingPace      time.Duration   `mapstructure:"tracking_pace"` // between requests for one dataset
	TrackingDetection detectionConfig `mapstructure:"tracking_detection"`
}

// reportConfig is read by query report; here its keys are known.
type reportConfig struct {
	Portal  string `mapstructure:"portal"`  // what the portal is called; empty: the host of its pages
	Contact string `mapstructure:"contact"` // whom to ask
	Licence string `mapstructure:"licence"` // URL of the licence of its tables
}

type logConfig struct {
	Name           string   `mapstructure:"name"`
	Paths          []string `mapstructure:"paths"`
	Format         string   `mapstructure:"format"`
	JSON           jsonKeys `mapstructure:"json"`
	TimeZone       string   `mapstructure:"time_zone"` // of times that are written without one
	Host           string   `mapstructure:"host"`
	Hosts          []string `mapstructure:"hosts"`
	Channel        string   `mapstructure:"channel"`
	Role           string   `mapstructure:"role"`
	ReplicaGroup   string   `mapstructure:"replica_group"`
	From           string   `mapstructure:"from"`  // first day the log speaks for; empty: always did
	Until          string   `mapstructure:"until"` // last day, of a server that is retired
	ClientAddress  string   `mapstructure:"client_address"`
	TrustedProxies []string `mapstructure:"trusted_proxies"`
	proxies        []netip.Prefix
	zone           *time.Location
	from, until    time.Time // zero: open
}

// jsonKeys are accesslog.JSONKeys.
type jsonKeys struct {
	Time         string `mapstructure:"time"`
	Host         string `mapstructure:"host"`
	Request      string `mapstructure:"request"`
	Method       string `mapstructure:"method"`
	URI          string `mapstructure:"uri"`
	Query        string `mapstructure:"query"`
	Status       string `mapstructure:"status"`
	Bytes        string `mapstructure:"bytes"`
	Referrer     string `mapstructure:"referrer"`
	Agent        string `mapstructure:"agent"`
	Client       string `mapstructure:"client"`
	ForwardedFor string `mapstructure:"forwarded_for"`
}

type ruleConfig struct {
	Host    string `mapstructure:"host"`
	Prefix  string `mapstructure:"path_prefix"`
	Regexp  string `mapstructure:"path_regexp"`
	Dataset string `mapstructure:"dataset"`
	Kind    string `mapstructure:"kind"`
}

type verdictConfig struct {
	Threshold      int64   `mapstructure:"threshold"`
	PageThreshold  int64   `mapstructure:"page_threshold"`
	PhiDefault     float64 `mapstructure:"phi_default"`
	FullYearDays   int64   `mapstructure:"full_year_days"`
	YearStartMonth int64   `mapstructure:"year_start_month"`
	SuspectHour    int64   `mapstructure:"suspect_datasets_per_hour"`
}

// readConfig reads and validates the configuration. Every problem found is named with its key and
// what to do, all in one error.
func readConfig(file string, environ []string) (*config, error) {
	v := viper.New()
	v.SetConfigFile(file)
	v.SetConfigType("yaml")
	for key, value := range map[string]any{
		"data_dir": "data", "published": "data/usage.duckdb", "memory_limit": "512MB", "time_zone": "UTC",
		"retain_hits_days": 90, "salt_days": 14, "max_rejected_share": 0.05,
		"portal.name": "portal", "portal.page_size": 1000, "portal.full_sync_every": "168h",
		"portal.timeout": "60s", "portal.retries": asking.DefaultRetries, "portal.min_share": 0.9, "portal.tracking": trackingAuto, "portal.tracking_pace": "200ms",
		"verdict.threshold": 5, "verdict.page_threshold": 20, "verdict.phi_default": 2,
		"verdict.full_year_days": 270, "verdict.year_start_month": 1,
		"verdict.suspect_datasets_per_hour": 60,
	} {
		v.SetDefault(key, value)
	}
	if err := v.ReadInConfig(); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s is not there: write one (README, \"Your own portal\"), or name it with --config", file)
		}
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	problems := unknownKeys(v.AllSettings())
	token, secrets, envProblems := bindEnvironment(v, environ)
	problems = append(problems, envProblems...)
	c := &config{file: file, environToken: token, environSecrets: secrets}
	if err := v.Unmarshal(c, viper.DecodeHook(decodeHook)); err != nil {
		problems = append(problems, strings.ReplaceAll(err.Error(), "\n", " "))
	} else {
		problems = append(problems, c.check()...)
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s:\n  %s", file, strings.Join(problems, "\n  "))
	}
	return c, nil
}

// path makes a path of the configuration one of the process.
func (c *config) path(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(c.file), name)
}

func (c *config) warehouse() string { return filepath.Join(c.path(c.DataDir), "warehouse.duckdb") }
func (c *config) salts() string     { return filepath.Join(c.path(c.DataDir), "salts") }
func (c *config) streamKey() string { return filepath.Join(c.path(c.DataDir), "stream.key") }
func (c *config) lock() string      { return filepath.Join(c.path(c.DataDir), "ingest.lock") }
func (c *config) published() string { return c.path(c.Published) }

// token is the portal's API token, from the environment or a file; empty: none.
func (c *config) token() (string, error) {
	if c.environToken != "" {
		return c.environToken, nil
	}
	if c.Portal.TokenFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(c.path(c.Portal.TokenFile))
	if err != nil {
		return "", fmt.Errorf("portal.token_file: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// ownHosts are the hosts of the portal and of the logs: a referrer from them is internal.
func (c *config) ownHosts() map[string]bool {
	own := map[string]bool{}
	for _, u := range []*url.URL{c.portalURL, c.siteURL} {
		if u != nil {
			own[strings.ToLower(u.Hostname())] = true
		}
	}
	for _, l := range c.Logs {
		for _, host := range l.hosts() {
			own[host] = true
		}
	}
	return own
}

// hosts are the hosts that a log speaks for, in lower case.
func (l *logConfig) hosts() []string {
	var hosts []string
	seen := map[string]bool{}
	for _, host := range append([]string{l.Host}, l.Hosts...) {
		host = strings.ToLower(host)
		if host != "" && !seen[host] {
			seen[host] = true
			hosts = append(hosts, host)
		}
	}
	return hosts
}
