//go:build trino

package metrics

import (
	"bytes"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/trinodb/trino-go-client/trino"
)

// startTrino starts a Trino server on a free port of the loopback address and waits until it
// answers queries. The folder lake holds its tables: its catalogue hive reads Parquet files of it,
// its catalogue iceberg writes tables. The server ends with the test, and with the test's process
// however that ends. `make test-trino` unpacks the server and names it in TRINO_HOME, and a JDK in
// JAVA_HOME.
func startTrino(t *testing.T, lake string) *sql.DB {
	t.Helper()
	home, err := filepath.Abs(os.Getenv("TRINO_HOME"))
	if err != nil {
		t.Fatal(err)
	}
	java := filepath.Join(os.Getenv("JAVA_HOME"), "bin", "java")
	for _, file := range []string{filepath.Join(home, "lib"), java} {
		if _, err := os.Stat(file); err != nil {
			t.Fatalf("%v: run `make test-trino`, which sets TRINO_HOME and JAVA_HOME", err)
		}
	}
	port := freePort(t)
	dir := t.TempDir()
	writeTrinoConfig(t, dir, lake, port)

	var log bytes.Buffer // written until Wait has returned
	args := []string{
		"-c", // the shell kills the server when the pipe to its standard input is closed
		`exec 3<&0; "$@" 3<&- & server=$!; { cat <&3; kill -9 $server; } >/dev/null 2>&1 & exec 3<&-; wait $server`, "sh",
		java, "-server", "-Xmx2G", "--enable-native-access=ALL-UNNAMED",
		"--sun-misc-unsafe-memory-access=allow", "--add-modules=jdk.incubator.vector", "-Djdk.attach.allowAttachSelf=true",
		"-Djava.io.tmpdir=" + dir,
		"-XX:TieredStopAtLevel=1", // queries are small: compiling them well takes longer than running them
		"-Dconfig=" + filepath.Join(dir, "config.properties"), "-cp", filepath.Join(home, "lib", "*"), "io.trino.server.TrinoServer",
	}
	server := exec.Command("sh", args...)
	server.Dir, server.Stdout, server.Stderr = home, &log, &log
	stdin, err := server.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = server.Wait() // killed at the end, or told of below
		close(ended)
	}()
	t.Cleanup(func() {
		_ = stdin.Close() // an error means that the shell has ended
		<-ended
		if t.Failed() {
			t.Logf("the end of the server's log:\n%s", tail(log.String(), 40))
		}
	})

	db, err := sql.Open("trino", fmt.Sprintf("http://footfall@127.0.0.1:%d?catalog=iceberg&schema=main", port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	waitForTrino(t, db, ended)
	for _, schema := range []string{"hive.lake", "iceberg.main", "iceberg.raw", "iceberg.traffic", "iceberg.ledger"} {
		execute(t, db, `create schema `+schema+` with (location = 'local:///`+schema+`')`)
	}
	return db
}

// waitForTrino waits until the server has done some work: it takes queries before it can do them.
func waitForTrino(t *testing.T, db *sql.DB, ended <-chan struct{}) {
	t.Helper()
	const patience = 4 * time.Minute
	for begun := time.Now(); ; {
		_, err := db.ExecContext(t.Context(), `create schema if not exists iceberg.ready with (location = 'local:///ready')`)
		if err == nil {
			_, err = db.ExecContext(t.Context(), `create or replace table iceberg.ready.done as select 1 as x`)
		}
		if err == nil {
			return
		}
		if time.Since(begun) > patience {
			t.Fatalf("Trino was not ready after %v: %v", patience, err)
		}
		select {
		case <-ended:
			t.Fatal("Trino stopped before it was ready")
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// writeTrinoConfig writes the server's configuration below dir.
func writeTrinoConfig(t *testing.T, dir, lake string, port int) {
	t.Helper()
	const storage = `
hive.metastore.catalog.dir=local:///metastore
fs.native-local.enabled=true
local.location=%s
%s.security=allow-all
`
	for name, text := range map[string]string{
		"config.properties": fmt.Sprintf(`node.environment=test
node.id=test
node.bind-ip=127.0.0.1
node.internal-address=127.0.0.1
coordinator=true
node-scheduler.include-coordinator=true
http-server.http.port=%[2]d
discovery.uri=http://127.0.0.1:%[2]d
catalog.config-dir=%[1]s/catalog
task.concurrency=2
log.levels-file=%[1]s/log.properties
`, dir, port),
		"log.properties": "Bootstrap=WARN\nio.airlift=WARN\nio.trino=WARN\norg.apache.iceberg=WARN\n",
		"catalog/hive.properties": `connector.name=hive
hive.metastore=file
hive.non-managed-table-writes-enabled=true
hive.timestamp-precision=MICROSECONDS` + fmt.Sprintf(storage, lake, "hive"),
		"catalog/iceberg.properties": `connector.name=iceberg
iceberg.catalog.type=TESTING_FILE_METASTORE` + fmt.Sprintf(storage, lake, "iceberg"),
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
