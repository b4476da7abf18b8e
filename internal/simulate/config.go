package simulate

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Log is one of the world's logs, as whoever configures a reader has to describe it.
type Log struct {
	Name  string   // of the server
	Glob  string   // its files below the directory given to WriteLogs, growing, rotated and compressed
	Hosts []string // the hosts that it speaks for
	// Replica is the name of the group of servers that share the host's requests, or empty.
	Replica string
}

// Logs are the logs that WriteLogs writes.
func Logs() []Log {
	return []Log{
		{Name: "portal", Glob: filepath.Join("portal", "access.log*"), Hosts: []string{PortalHost}},
		{Name: "files-1", Glob: filepath.Join("files-1", "access.log*"), Hosts: []string{FilesHost}, Replica: "files"},
		{Name: "files-2", Glob: filepath.Join("files-2", "access.log*"), Hosts: []string{FilesHost}, Replica: "files"},
		{Name: "maps", Glob: filepath.Join("maps", "maps.log*"), Hosts: []string{MapsHost}},
	}
}

// Config is the text of a footfall.yaml that reads the world: the portal answers at portalURL,
// WriteLogs wrote below logDir, and Networks is in the file at networksPath.
func (w *World) Config(portalURL, logDir, networksPath string) string {
	var b strings.Builder
	b.WriteString("# Written by the simulator: an invented portal and its servers.\n")
	fmt.Fprintf(&b, "as_of: %s\n", w.End().AddDate(0, 0, -1).Format("2006-01-02"))
	fmt.Fprintf(&b, "threshold: %g\n", w.options.Threshold)
	fmt.Fprintf(&b, "networks: %q\n", networksPath)
	fmt.Fprintf(&b, "catalogue:\n  - name: portal\n    url: %q\n    site_url: \"https://%s\"\n", portalURL, PortalHost)
	b.WriteString("logs:\n")
	for _, l := range Logs() {
		fmt.Fprintf(&b, "  - name: %s\n    paths: [%q]\n    hosts: [%s]\n", l.Name, filepath.Join(logDir, l.Glob), strings.Join(l.Hosts, ", "))
		if l.Replica != "" {
			fmt.Fprintf(&b, "    replica_group: %s\n", l.Replica)
		}
	}
	return b.String()
}
