package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

const (
	linesAtScale1 = 2_000_000
	linesPerDay   = 200_000
	packedFiles   = 4
	firstDay      = "2026-01-05"
)

// A line is one request, before it is written in a format.
type line struct {
	at                        time.Time
	address, method, target   string
	status                    int
	bytes                     int64
	referrer, agent, protocol string
}

// A generator invents the requests of a portal. The same number gives the same requests.
//
// Of 2,000,000 requests about 430,000 ask for different targets, as measured on portals: many
// searches and calls of the API come once, while the pages and files of 13,000 datasets are asked
// for again and again, a few of them very often.
type generator struct {
	random                     *rand.Rand
	lines                      int
	datasets, clients, readers *rand.Zipf
	agents                     []string
}

const datasetCount = 13_000

// newGenerator invents a log of so many lines.
func newGenerator(lines int) *generator {
	random := rand.New(rand.NewPCG(20260105, 4))
	g := &generator{random: random, lines: lines}
	g.datasets = rand.NewZipf(random, 1.2, 40, datasetCount-1)
	g.clients = rand.NewZipf(random, 1.1, 2_000, uint64(max(lines/14, 10)))
	for i := range 1762 {
		g.agents = append(g.agents, agentText(i))
	}
	g.readers = rand.NewZipf(random, 1.2, 20, uint64(len(g.agents)-1))
	return g
}

func agentText(i int) string {
	switch i % 10 {
	case 7:
		return fmt.Sprintf("ExampleBot/%d.%d (+https://bot%d.example.org/about)", 1+i%5, i%17, i)
	case 3:
		return fmt.Sprintf("python-requests/2.%d.%d", i%32, i/32)
	case 5:
		return fmt.Sprintf("Mozilla/5.0 (iPhone; CPU iPhone OS %d_%d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%d.0 Mobile/15E148 Safari/604.1",
			12+i%7, i%9, 12+i/100)
	}
	return fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.%d.%d Safari/537.36",
		90+i%50, 4000+i, i%200)
}

// next is request number i.
func (g *generator) next(i int) line {
	start, _ := time.Parse(time.DateOnly, firstDay)
	l := line{
		at:       start.Add(time.Duration(i) * (24 * time.Hour / linesPerDay)).Truncate(time.Second),
		address:  g.address(),
		method:   "GET",
		status:   200,
		bytes:    int64(g.random.ExpFloat64() * 40_000),
		protocol: "HTTP/1.1",
		agent:    g.agents[g.readers.Uint64()],
	}
	g.setTarget(&l)
	g.setReferrer(&l)
	switch n := g.random.IntN(1000); {
	case n < 40:
		l.status, l.bytes = 304, 0
	case n < 75:
		l.status, l.bytes = 404, 1245
	case n < 95:
		l.status, l.bytes = 302, 0
	case n < 100:
		l.status = 206
	case n < 102:
		l.status, l.bytes = 499, 0
	case n < 103:
		l.bytes = 3 << 30 // A download of over 2 GiB.
	case n < 130:
		l.method, l.bytes = "HEAD", 0
	}
	return l
}

// address is one of 198.18.0.0/15, which is set aside for benchmarks, or of 2001:db8::/32.
func (g *generator) address() string {
	n := g.clients.Uint64() * 2_654_435_761 // So that neighbours are not alike.
	if n%10 == 0 {
		return fmt.Sprintf("2001:db8:%x:%x::%x", n>>4&0xfff, n>>16&0xff, 1+n>>24&0xff)
	}
	return fmt.Sprintf("198.%d.%d.%d", 18+n>>4&1, n>>8&255, n>>16&255)
}

var (
	words   = []string{"flood", "river", "soil", "planning", "school", "spend", "traffic", "rainfall", "tree", "air", "bus", "parish"}
	formats = []string{"csv", "xlsx", "geojson", "zip", "pdf", "json"}
)

func datasetName(n uint64) string {
	a, b := words[n%12], words[n/12%12]
	return a + "-" + b + "-records-" + strconv.FormatUint(n, 10)
}

// resourcePath has the shape of CKAN's own downloads.
func resourcePath(dataset uint64, i int) string {
	id := dataset*7 + uint64(i)
	return fmt.Sprintf("/dataset/%08x-7c1d-4e0a-9b5f-%012x/resource/%08x-51aa-4f3c-8d2e-%012x/download/%s-%d.%s",
		dataset*2_654_435_761&0xffffffff, dataset, id*40_503_001&0xffffffff, id, datasetName(dataset), 2018+i, formats[id%6])
}

func (g *generator) setTarget(l *line) {
	dataset := g.datasets.Uint64()
	switch n := g.random.IntN(100); {
	case n < 30:
		l.target = resourcePath(dataset, g.random.IntN(6))
	case n < 60:
		l.target = "/dataset/" + datasetName(dataset)
	case n < 72:
		l.target = fmt.Sprintf("/api/3/action/package_show?id=%s&v=%d", datasetName(dataset), g.random.IntN(20))
	case n < 80:
		l.target = fmt.Sprintf("/api/3/action/datastore_search?resource_id=%08x-51aa-4f3c-8d2e-%012x&limit=100&offset=%d",
			dataset*40_503_001&0xffffffff, dataset, 100*g.random.IntN(400))
	case n < 92:
		l.target = fmt.Sprintf("/dataset?q=%s+%s&res_format=%s&page=%d", words[g.random.IntN(12)], words[g.random.IntN(12)],
			formats[g.random.IntN(6)], g.random.IntN(600))
	case n < 97:
		l.target = fmt.Sprintf("/webassets/base/%08x_main.css", g.random.IntN(12)*99_991)
	case n < 99:
		l.target = fmt.Sprintf("/organization/%s-council?page=%d", words[g.random.IntN(12)], g.random.IntN(40))
	default:
		l.target = fmt.Sprintf("/dataset/%s%%20%%28%d%%29", datasetName(dataset), g.random.IntN(9))
	}
}

func (g *generator) setReferrer(l *line) {
	switch n := g.random.IntN(100); {
	case n < 50:
		l.referrer = "-"
	case n < 72:
		l.referrer = "https://data.example.org/dataset/" + datasetName(g.datasets.Uint64())
	case n < 82:
		l.referrer = fmt.Sprintf("https://data.example.org/dataset?q=%s&page=%d", words[g.random.IntN(12)], g.random.IntN(600))
	case n < 95:
		l.referrer = "https://search.example.com/"
	default:
		l.referrer = fmt.Sprintf("https://blog%d.example.net/posts/%s", g.random.IntN(900), words[g.random.IntN(12)])
	}
}

// appendCombined writes a line as nginx and Apache do. Every 20,000th is what a scanner leaves,
// every 5,000th has a quote in its agent.
func (l *line) appendCombined(dst []byte, i int) []byte {
	dst = append(append(dst, l.address...), " - - ["...)
	dst = append(l.at.AppendFormat(dst, "02/Jan/2006:15:04:05 -0700"), "] \""...)
	if i%20_000 == 19_999 {
		return append(dst, "\\x16\\x03\\x01\" 400 157 \"-\" \"-\"\n"...)
	}
	dst = append(append(append(append(dst, l.method...), ' '), l.target...), ' ')
	dst = append(append(dst, l.protocol...), "\" "...)
	dst = append(strconv.AppendInt(dst, int64(l.status), 10), ' ')
	dst = append(strconv.AppendInt(dst, l.bytes, 10), " \""...)
	dst = append(append(dst, l.referrer...), "\" \""...)
	dst = append(dst, l.agent...)
	if i%5_000 == 4_999 {
		dst = append(dst, ` \"quoted\"`...)
	}
	return append(dst, "\"\n"...)
}

// appendCaddy writes a line as Caddy does by default: with all headers, which come in any order.
func (l *line) appendCaddy(dst []byte, random *rand.Rand) []byte {
	headers := []string{fmt.Sprintf(`"User-Agent":["%s"]`, l.agent), `"Accept":["*/*"]`, `"Accept-Encoding":["gzip, deflate, br"]`}
	if l.referrer != "-" {
		headers = append(headers, fmt.Sprintf(`"Referer":["%s"]`, l.referrer))
	}
	if strings.HasPrefix(l.agent, "Mozilla") {
		headers = append(headers, browserHeaders...)
	}
	random.Shuffle(len(headers), func(i, j int) { headers[i], headers[j] = headers[j], headers[i] })
	dst = fmt.Appendf(dst, `{"level":"info","ts":%d.%07d,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":"%s","remote_port":"%d",`,
		l.at.Unix(), random.IntN(10_000_000), l.address, 1024+random.IntN(60_000))
	dst = fmt.Appendf(dst, `"client_ip":"%s","proto":"HTTP/2.0","method":"%s","host":"data.example.org","uri":"%s","headers":{%s},`,
		l.address, l.method, l.target, strings.Join(headers, ","))
	dst = append(dst, `"tls":{"resumed":false,"version":772,"cipher_suite":4865,"proto":"h2","server_name":"data.example.org"}},`...)
	return fmt.Appendf(dst, `"bytes_read":0,"user_id":"","duration":0.%09d,"size":%d,"status":%d,"resp_headers":{"Server":["Caddy"],`+
		`"Content-Type":["text/html; charset=utf-8"],"Content-Length":["%d"],"Etag":["\"%x\""],"Alt-Svc":["h3=\":443\"; ma=2592000"]}}`+"\n",
		random.IntN(1_000_000_000), l.bytes, l.status, l.bytes, random.Uint32())
}

var browserHeaders = []string{
	`"Accept-Language":["en-GB,en;q=0.5"]`, `"Sec-Fetch-Mode":["navigate"]`, `"Sec-Fetch-Dest":["document"]`, `"Sec-Fetch-Site":["same-origin"]`,
	`"Upgrade-Insecure-Requests":["1"]`, `"Cookie":["REDACTED"]`, `"Priority":["u=0, i"]`, `"Te":["trailers"]`,
}

// A sample is the generated log in one form.
type sample struct {
	form  string // plain, gzip or json
	lines int
	paths []string
}

// generate writes a sample below dir, unless it is there.
func generate(dir, form string, lines int) (sample, error) {
	s := sample{form: form, lines: lines}
	parts := 1
	if form == "gzip" {
		parts = packedFiles
	}
	folder := filepath.Join(dir, fmt.Sprintf("%s-%d", form, lines))
	for part := range parts {
		s.paths = append(s.paths, filepath.Join(folder, fmt.Sprintf("access-%d.log", part)))
	}
	if _, err := os.Stat(folder); err == nil {
		return s, nil
	}
	// Written beside its place and renamed, so that an interrupted one is not taken for whole.
	unfinished := folder + ".part"
	if err := errors.Join(os.RemoveAll(unfinished), os.MkdirAll(unfinished, 0o755)); err != nil {
		return s, fmt.Errorf("generate %s: %w", folder, err)
	}
	g := newGenerator(lines)
	for part, path := range s.paths {
		if err := g.write(filepath.Join(unfinished, filepath.Base(path)), form, part*lines/parts, (part+1)*lines/parts); err != nil {
			return s, fmt.Errorf("generate %s: %w", path, err)
		}
	}
	return s, os.Rename(unfinished, folder)
}

// write writes requests first to end, exclusive.
func (g *generator) write(path, form string, first, end int) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	var out io.Writer = file
	if form == "gzip" {
		packed := gzip.NewWriter(file)
		defer func() { err = errors.Join(err, packed.Close()) }()
		out = packed
	}
	buffered := bufio.NewWriterSize(out, 1<<20)
	defer func() { err = errors.Join(err, buffered.Flush()) }()
	var text []byte
	for i := first; i < end; i++ {
		l := g.next(i)
		if form == "json" {
			text = l.appendCaddy(text[:0], g.random)
		} else {
			text = l.appendCombined(text[:0], i)
		}
		if _, err := buffered.Write(text); err != nil {
			return err
		}
	}
	return nil
}
