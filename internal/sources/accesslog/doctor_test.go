package accesslog

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footfall/internal/traffic"
)

func TestDoctor(t *testing.T) {
	s := newSite(t)
	s.write("access.log", requests(numbered("a", 250)...)+"garbage\n\n# comment\n")
	s.write("access.log.1.gz", packed(requests(numbered("b", 10)...)))
	s.write("access.log.2", "")
	report, err := Doctor(t.Context(), s.config, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := Report{
		Lines: 261, Rejected: 1, Reasons: map[string]int64{"missing_field": 1},
		First: time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC), Last: time.Date(2026, 1, 5, 10, 59, 0, 0, time.UTC),
		Clients: 250, ClientLines: 260, BusiestLines: 10, Requests: 260, NoForwarded: 260,
	}
	if diff := cmp.Diff(want, report, cmpopts.IgnoreFields(Report{}, "Files")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	formats := map[string]string{}
	for _, f := range report.Files {
		formats[f.Path] = fmt.Sprint(f.Format, " ", f.IsCompressed, " ", f.Lines, " ", f.Rejected)
	}
	wantFormats := map[string]string{
		s.path("access.log"): "combined false 251 1", s.path("access.log.1.gz"): "combined true 10 0", s.path("access.log.2"): " false 0 0",
	}
	if diff := cmp.Diff(wantFormats, formats); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if report.IsDominated() {
		t.Error("the log counts as dominated by a few addresses")
	}
}

func TestDoctorSeesAProxy(t *testing.T) {
	line := `10.1.2.3 - - [05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "x" "203.0.113.%d"` + "\n"
	var text strings.Builder
	for i := range 600 {
		fmt.Fprintf(&text, line, i%250)
	}
	s := newSite(t)
	s.write("access.log", text.String())
	report, err := Doctor(t.Context(), s.config, nil)
	if err != nil || !report.IsDominated() || report.PrivateLines != 600 {
		t.Errorf("connection: dominated %t, %d private lines, %v; want a proxy", report.IsDominated(), report.PrivateLines, err)
	}
	networks, err := traffic.ReadNetworks(strings.NewReader("cidr,network_class,valid_from,note\n10.0.0.0/8,monitoring,2026-01-01,x\n"), "networks.csv")
	if err != nil {
		t.Fatal(err)
	}
	report, err = Doctor(t.Context(), s.config, networks)
	if err != nil || report.IsDominated() || report.Clients != 0 {
		t.Errorf("a monitor counts as client: %+v, %v", report, err)
	}
	s.config.ClientAddress, s.config.TrustedProxies = Forwarded, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	report, err = Doctor(t.Context(), s.config, nil)
	if err != nil || report.IsDominated() || report.Clients != 250 || report.PrivateLines != 0 {
		t.Errorf("forwarded: %+v, %v; want 250 clients", report, err)
	}
}

func TestDoctorNamesWhatIsWrong(t *testing.T) {
	s := newSite(t)
	s.write("access.log", "a,b,c\n1,2,3\n")
	s.config.Paths = append(s.config.Paths, s.path("missing*"), s.dir)
	_, err := Doctor(t.Context(), s.config, nil)
	for _, want := range []string{"access.log: no format fits", "no file matches", "is a directory"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

// What a format does not tell is counted, so that somebody hears of it.
func TestDoctorSeesWhatIsMissing(t *testing.T) {
	s := newSite(t)
	s.config.Format = `[$time_local] "$request" "$http_x_forwarded_for" "$http_user_agent"`
	line := "[05/Jan/2026:10:00:00 +0000] "
	s.write("access.log", line+`"GET / HTTP/1.1" "203.0.113.9" "curl/8.5.0"`+"\n"+line+`"GET / HTTP/1.1" "-" "-"`+"\n"+line+`"-" "-" "-"`+"\n")
	report, err := Doctor(t.Context(), s.config, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := []int64{report.Requests, report.NoStatus, report.NoAgent, report.NoAddress, report.NoForwarded}
	if diff := cmp.Diff([]int64{2, 2, 1, 2, 1}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
