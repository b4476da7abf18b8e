package traffic

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// readSeed opens a reference list of the project.
func readSeed(tb testing.TB, name string) *os.File {
	tb.Helper()
	f, err := os.Open("../../sql/seeds/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return f
}

func readAgents(tb testing.TB) *Agents {
	tb.Helper()
	agents, err := ReadAgents(readSeed(tb, "agents.csv"), "agents.csv")
	if err != nil {
		tb.Fatal(err)
	}
	return agents
}

func TestAgentSeed(t *testing.T) {
	t.Parallel()
	agents := readAgents(t)
	const safari = "AppleWebKit/537.36 (KHTML, like Gecko)"
	for userAgent, want := range map[string]string{
		"":  "machine none",
		"-": "machine none",
		" ": "machine none",

		"curl/8.5.0":                                  "machine curl",
		"Wget/1.21.4":                                 "machine Wget",
		"python-requests/2":                           "machine Python",
		"Python-urllib/3.9":                           "machine Python",
		"Python/3.11 aiohttp/3.9.1":                   "machine Python",
		"python-httpx/0.27.0":                         "machine Python",
		"Go-http-client/1.1":                          "machine Go",
		"Java/17.0.9":                                 "machine Java",
		"Apache-HttpClient/4.5.14 (Java/17.0.9)":      "machine Java",
		"okhttp/4.12.0":                               "machine OkHttp",
		"libcurl/8.4.0 r-curl/5.1.0 httr/1.4.7":       "machine R",
		"R (4.3.1 x86_64-w64-mingw32 x86_64 mingw32)": "machine R",
		"RStudio Desktop (2023.9.1.494); R (4.3.1)":   "machine R",
		"libcurl-agent/1.0":                           "machine libcurl",
		"Mozilla/5.0 QGIS/32809":                      "machine QGIS",
		"ArcGIS Pro 3.2.0 (00000000000) - ArcGISPro":  "machine ArcGIS",
		"FME/2023.1.0.0  libcurl/8.1.2":               "machine FME",
		"GDAL/3.8.3":                                  "machine GDAL",
		"Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)": "machine Power Query",
		"Mozilla/4.0 (compatible; ms-office; MSOffice 16)":                       "machine Microsoft Office",
		"Mozilla/5.0 (Windows NT; Windows NT 10.0; en-GB) WindowsPowerShell/5.1": "machine PowerShell",
		"PostmanRuntime/7.36.0": "machine Postman",
		"axios/1.6.2":           "machine JavaScript",
		"libwww-perl/6.72":      "machine Perl",
		"Mozilla/5.0 (X11; Linux x86_64) " + safari + " HeadlessChrome/120.0.0.0 Safari/537.36": "machine scripted browser",
		"TideTable/2.0": "machine other",
		"GDAL WMS driver (http://www.gdal.org/frmt_wms.html)":  "machine GDAL",
		"MapInfoPro/21.0.0.0172 (MapInfoPro.exe)":              "machine MapInfo",
		"JOSM/1.5 (18513 en) Windows 10 64-Bit Java/11.0.15":   "machine JOSM",
		"Mozilla/5.0 (compatible; OpenRefine 3.7)":             "machine OpenRefine",
		"Dart/3.2 (dart:io)":                                   "machine Dart",
		"Grafana/10.2.3":                                       "machine Grafana",
		"HomeAssistant/2024.1.0 aiohttp/3.9.1 Python/3.11":     "machine Python",
		"TableauDesktop 2023.1 Mozilla/5.0 (Windows NT 10.0)":  "machine Tableau",
		"Wget/1.21.4 (compatible; +https://tides.example.org)": "machine Wget",

		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)":                  "robot Googlebot",
		"Mozilla/5.0 " + safari + "; compatible; GPTBot/1.2; +https://openai.com/gptbot)":           "robot GPTBot",
		"Mozilla/5.0 " + safari + "; compatible; ClaudeBot/1.0; +(email))":                          "robot ClaudeBot",
		"Mozilla/5.0 (compatible; archive.org_bot +http://www.archive.org/details/archive.org_bot)": "robot Internet Archive",
		"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)":                 "robot facebookexternalhit",
		"Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)":       "robot Baiduspider",
		"Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)":                                     "robot Pingdom",
		"check_http/v2.3.3 (monitoring-plugins 2.3.3)":                                              "robot Nagios",
		"kube-probe/1.28":                                                 "robot Kubernetes probe",
		"ELB-HealthChecker/2.0":                                           "robot ELB health check",
		"LinkChecker/10.2 (+https://example.org/)":                        "robot link checker",
		"Mozilla/5.00 (Nikto/2.5.0) (Evasions:None)":                      "robot Nikto",
		"sqlmap/1.7.11#stable (https://sqlmap.example.org)":               "robot sqlmap",
		"Mozilla/5.0 zgrab/0.x":                                           "robot zgrab",
		"httpx - Open-source project (github.com/projectdiscovery/httpx)": "robot Nuclei",
		"Fuzz Faster U Fool v2.1.0":                                       "robot ffuf",
		"lychee/0.15.1":                                                   "robot lychee",
		"ApacheBench/2.3":                                                 "robot ApacheBench",
		"Apache-JMeter/5.6":                                               "robot JMeter",
		"Owler@tides.example.org/1":                                       "robot Owler",
		"Mozilla/5.0 (Linux; Prowler Phone) " + safari + " Chrome/120.0 Mobile Safari/1":    "regular Chrome",
		"Mozilla/5.0 " + safari + "; compatible; Perplexity-User/1.0; +https://perplexity)": "robot Perplexity-User",
		"Mozilla/5.0 (compatible; AI2Bot/1.0)":                                              "robot AI2Bot",
		"Mozilla/5.0 " + safari + " (compatible; FirecrawlAgent)":                           "robot Firecrawl",
		"tide-harvester/2.1": "robot harvester",
		"udata/1.0":          "robot udata",
		"TideBot/1.0":        "robot other robot",
		"tide-crawler/0.1":   "robot other robot",
		"TideSpider (Linux)": "robot other robot",
		"Mozilla/5.0 (compatible; Tides/1.0; +https://tides.example.org/about)":  "robot other robot",
		"Mozilla/5.0 (X11) " + safari + " Chrome/120.0 Safari/537.36 MyUptime/2": "robot other monitor",

		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + safari + " Chrome/120.0.0.0 Safari/537.36":                               "regular Chrome",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + safari + " Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0":                 "regular Edge",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0":                                      "regular Firefox",
		"Mozilla/5.0 (Linux; Android 9; CUBOT_X19) " + safari + " Chrome/120.0.0.0 Mobile Safari/537.36":                        "regular Chrome Mobile",
		"Mozilla/5.0 (Linux; Android 10; CUBOT NOTE) " + safari + " Chrome/120.0.0.0 Mobile Safari/537.36":                      "regular Chrome Mobile",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Safari/605.1.15": "regular Safari",
		"Opera/9.80 (X11; Linux x86_64) Presto/2.12.388 Version/12.16":                                                          "regular Opera",
		"Mozilla/5.0 (unheard of)": "regular other",
	} {
		class, name := agents.Classify(userAgent)
		if got := class + " " + name; got != want {
			t.Errorf("Classify(%q) = %s, want %s", userAgent, got, want)
		}
	}
}

const agentHeader = "pattern_kind,pattern,agent_class,agent_name,reason\n"

func TestAgentsTestMachinesFirst(t *testing.T) {
	t.Parallel()
	agents, err := ReadAgents(strings.NewReader(agentHeader+
		"contains,tide,regular,Tide Reader,\ncontains,TIDE,robot,Tide Robot,\nregexp,^Tide,machine,Tide Tool,\n"), "agents.csv")
	if err != nil {
		t.Fatal(err)
	}
	for userAgent, want := range map[string]string{"Tide/1": "machine Tide Tool", "x tide/1": "robot Tide Robot"} {
		class, name := agents.Classify(userAgent)
		if got := class + " " + name; got != want {
			t.Errorf("Classify(%q) = %s, want %s", userAgent, got, want)
		}
	}
}

func TestAgentErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"kind":    {"glob,a,robot,A,\n", `agents.csv line 2, column pattern_kind: "glob" is none of prefix, contains, regexp`},
		"pattern": {"prefix,,robot,A,\n", "agents.csv line 2, column pattern: is empty and would match every agent"},
		"regexp":  {"regexp,(,robot,A,\n", "agents.csv line 2, column pattern: error parsing regexp: missing closing ): `(`"},
		"class":   {"prefix,a,human,A,\n", `agents.csv line 2, column agent_class: "human" is none of machine, robot, regular`},
		"name":    {"prefix,a,robot,,\n", "agents.csv line 2, column agent_name: is empty"},
	} {
		_, err := ReadAgents(strings.NewReader(agentHeader+c.text), "agents.csv")
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got error %v, want %s", name, err, c.want)
		}
	}
}

func BenchmarkAgentsClassify(b *testing.B) {
	agents := readAgents(b)
	for name, userAgent := range map[string]string{
		"machine": "python-requests/2.31.0",
		"browser": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
	} {
		b.Run(name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				_, _ = agents.Classify(userAgent + strconv.Itoa(i)) // Past uap-go's cache.
			}
		})
	}
}

func BenchmarkReadAgents(b *testing.B) {
	for b.Loop() {
		_ = readAgents(b)
	}
}
