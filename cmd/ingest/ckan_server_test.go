//go:build ckan

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// servers are a real CKAN and what it needs, each a process on a free port of loopback, with all
// they keep in one folder. They end with the test.
type servers struct {
	t     *testing.T
	dir   string
	tools string // what test/ckan/install.sh fetched
	// Of CKAN: its address, its database, and a token of an editor who may do everything.
	url, database, token string
}

// startCKAN starts PostgreSQL, Redis, Solr and CKAN, and waits until CKAN answers.
func startCKAN(t *testing.T) *servers {
	t.Helper()
	tools := os.Getenv("CKAN_TOOLS")
	if tools == "" {
		t.Fatal("CKAN_TOOLS is not set: run `make test-ckan`")
	}
	dir, err := os.MkdirTemp("", "footfall-ckan-") //nolint:usetesting // PostgreSQL's user cannot reach t.TempDir()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := &servers{t: t, dir: dir, tools: tools}
	t.Cleanup(func() {
		if t.Failed() {
			s.showLogs()
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	s.database = s.startPostgres()
	s.startCKAN(s.startRedis(), s.startSolr())
	return s
}

func (s *servers) path(name string) string { return filepath.Join(s.dir, name) }

// freePort is one that nobody listens on. Another process may take it before it is used; then
// the server that wanted it ends, and the test with it.
func (s *servers) freePort() string {
	s.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

// start runs a server until the test ends. Its output goes to a file of its name.
func (s *servers) start(name string, command *exec.Cmd) {
	s.t.Helper()
	log, err := os.Create(s.path(name + ".log"))
	if err != nil {
		s.t.Fatal(err)
	}
	command.Stdout, command.Stderr = log, log
	if command.Dir == "" {
		command.Dir = s.dir
	}
	if command.SysProcAttr == nil {
		command.SysProcAttr = &syscall.SysProcAttr{}
	}
	command.SysProcAttr.Setpgid = true
	if err := command.Start(); err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait() // how it ended is seen by who asks it
		close(ended)
	}()
	s.t.Cleanup(func() {
		// The whole group, which are its own children; an interrupt makes PostgreSQL end at once.
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGINT)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
			<-ended
		}
		log.Close()
	})
}

// run runs a command to its end and returns what it said.
func (s *servers) run(command *exec.Cmd) string {
	s.t.Helper()
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	if command.Dir == "" {
		command.Dir = s.dir
	}
	if err := command.Run(); err != nil {
		s.t.Fatalf("%s: %v\n%s\n%s", strings.Join(command.Args, " "), err, out.String(), errs.String())
	}
	return out.String()
}

// wait asks until the answer is yes.
func (s *servers) wait(what string, isReady func() error) {
	s.t.Helper()
	var err error
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if err = isReady(); err == nil {
			return
		}
	}
	s.t.Fatalf("%s does not answer: %v", what, err)
}

func (s *servers) waitForPort(what, port string) {
	s.t.Helper()
	s.wait(what, func() error {
		conn, err := net.DialTimeout("tcp", "127.0.0.1:"+port, time.Second)
		if err != nil {
			return err
		}
		return conn.Close()
	})
}

func (s *servers) waitForPage(what, url string) {
	s.t.Helper()
	s.wait(what, func() error {
		response, err := http.Get(url)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d", response.StatusCode)
		}
		return nil
	})
}

// showLogs ends a failed test with what the servers said last.
func (s *servers) showLogs() {
	files, _ := filepath.Glob(s.path("*.log"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err == nil {
			s.t.Logf("%s ends with:\n%s", filepath.Base(file), text[max(0, len(text)-4000):])
		}
	}
}

// startPostgres returns the address of a database. PostgreSQL does not run as root.
func (s *servers) startPostgres() string {
	s.t.Helper()
	bin := ""
	if found, err := exec.LookPath("initdb"); err == nil {
		bin = filepath.Dir(found)
	} else if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb"); len(found) > 0 {
		bin = filepath.Dir(found[len(found)-1])
	}
	data, port := s.path("postgres"), s.freePort()
	if err := os.Mkdir(data, 0o700); err != nil {
		s.t.Fatal(err)
	}
	as := func(command *exec.Cmd) *exec.Cmd { command.Dir = data; return command }
	if os.Geteuid() == 0 {
		owner, err := user.Lookup("postgres")
		if err != nil {
			s.t.Fatal(err)
		}
		uid, uidErr := strconv.Atoi(owner.Uid)
		gid, gidErr := strconv.Atoi(owner.Gid)
		if err := errors.Join(uidErr, gidErr, os.Chown(data, uid, gid)); err != nil {
			s.t.Fatal(err)
		}
		as = func(command *exec.Cmd) *exec.Cmd {
			command.Dir = data
			command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
			return command
		}
	}
	ctx := context.Background() // ended by their cleanup
	s.run(as(exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "ckan", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")))
	s.start("postgres", as(exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "-D", data, "-p", port, "-k", data,
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "log_min_error_statement=panic")))
	s.waitForPort("PostgreSQL", port)
	return "postgresql://ckan@127.0.0.1:" + port + "/postgres"
}

func (s *servers) startRedis() string {
	s.t.Helper()
	port := s.freePort()
	s.start("redis", exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", s.dir))
	s.waitForPort("Redis", port)
	return "redis://127.0.0.1:" + port + "/0"
}

func (s *servers) startSolr() string {
	s.t.Helper()
	home, port := s.path("solr"), s.freePort()
	conf := filepath.Join(home, "ckan", "conf")
	if err := os.MkdirAll(conf, 0o755); err != nil {
		s.t.Fatal(err)
	}
	schemas, _ := filepath.Glob(filepath.Join(s.tools, "ckan/lib/python3*/site-packages/ckan/config/solr/schema.xml"))
	if len(schemas) != 1 {
		s.t.Fatalf("CKAN's schema for Solr: %q, want one file", schemas)
	}
	for to, from := range map[string]string{"schema.xml": schemas[0], "solrconfig.xml": "../../test/ckan/solrconfig.xml"} {
		text, err := os.ReadFile(from)
		if err != nil {
			s.t.Fatal(err)
		}
		s.write(filepath.Join(conf, to), string(text))
	}
	for _, empty := range []string{"synonyms.txt", "stopwords.txt", "protwords.txt"} {
		s.write(filepath.Join(conf, empty), "")
	}
	s.write(filepath.Join(home, "solr.xml"), "<solr></solr>")
	s.write(filepath.Join(home, "ckan", "core.properties"), "name=ckan\n")
	java := "java"
	if home := os.Getenv("JAVA_HOME"); home != "" {
		java = filepath.Join(home, "bin", "java")
	}
	program, err := filepath.Abs("../../test/ckan/Solr.java")
	if err != nil {
		s.t.Fatal(err)
	}
	s.start("solr", exec.Command(java, "-Xmx256m", "-Dsolr.jetty.host=127.0.0.1", "-cp", filepath.Join(s.tools, "solr", "*"), program, home, port))
	url := "http://127.0.0.1:" + port + "/solr/ckan"
	s.waitForPage("Solr", url+"/select?q=*:*")
	return url
}

func (s *servers) write(file, text string) {
	s.t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// startCKAN makes a site with page tracking, whose first page is at the address that is returned
// as s.url, and an editor with a token.
func (s *servers) startCKAN(redis, solr string) {
	s.t.Helper()
	port := s.freePort()
	s.url = "http://127.0.0.1:" + port
	s.run(exec.Command(s.tool("ckan"), "generate", "config", s.path("ckan.ini")))
	s.ckan("config-tool", s.path("ckan.ini"), "sqlalchemy.url="+s.database, "ckan.redis.url="+redis, "solr_url="+solr,
		"ckan.site_url="+s.url, "ckan.plugins=tracking activity", "ckan.storage_path="+s.path("storage"))
	s.ckan("db", "init")
	s.ckan("db", "upgrade", "-p", "tracking")
	s.ckan("db", "upgrade", "-p", "activity")
	s.ckan("user", "add", "editor", "email=editor@example.org", "password=invented-password")
	promote := s.ckanCommand("sysadmin", "add", "editor")
	promote.Stdin = strings.NewReader("y\n")
	s.run(promote)
	said := strings.Fields(s.ckan("user", "token", "add", "editor", "test"))
	s.token = said[len(said)-1]
	application, err := filepath.Abs("../../test/ckan")
	if err != nil {
		s.t.Fatal(err)
	}
	gunicorn := exec.Command(s.tool("gunicorn"), "-w", "1", "--threads", "4", "-b", "127.0.0.1:"+port, "--timeout", "120", "--chdir", application, "wsgi:application")
	gunicorn.Env = append(os.Environ(), "CKAN_INI="+s.path("ckan.ini"), "PYTHONDONTWRITEBYTECODE=1", "HOME="+s.dir) // gunicorn keeps a socket there
	s.start("ckan", gunicorn)
	s.waitForPage("CKAN", s.url+"/api/3/action/status_show")
}

func (s *servers) tool(name string) string { return filepath.Join(s.tools, "ckan", "bin", name) }

// ckan runs CKAN's own command.
func (s *servers) ckan(args ...string) string {
	s.t.Helper()
	return s.run(s.ckanCommand(args...))
}

func (s *servers) ckanCommand(args ...string) *exec.Cmd {
	if args[0] == "config-tool" {
		return exec.Command(s.tool("ckan"), args...)
	}
	return exec.Command(s.tool("ckan"), append([]string{"-c", s.path("ckan.ini")}, args...)...)
}
