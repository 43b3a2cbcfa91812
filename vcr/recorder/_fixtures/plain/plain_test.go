// Package plain holds tests as people write them without a framework. They are
// run by name, against the origin that ORIGIN names.
package plain

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var origin = os.Getenv("ORIGIN")

func get(t *testing.T, client *http.Client, path string) {
	t.Helper()
	resp, err := client.Get(origin + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); err != nil {
		t.Fatal(err)
	}
}

func TestAnswers(t *testing.T) {
	session := recorder.ForTest(t, recorder.Config{})
	get(t, session.Client(), "/all")
	for _, country := range []string{"France", "Spain"} {
		t.Run("for "+country, func(t *testing.T) {
			t.Parallel()
			session := recorder.ForTest(t, recorder.Config{})
			get(t, session.Client(), "/"+country)
			t.Run("in/detail", func(t *testing.T) {
				session := recorder.ForTest(t, recorder.Config{})
				get(t, session.Client(), "/"+country+"/detail")
			})
		})
	}
}

func TestEnds(t *testing.T) {
	session := recorder.ForTest(t, recorder.Config{})
	get(t, session.Client(), "/1")
	switch os.Getenv("END") {
	case "fail":
		t.Fatal("the code is wrong")
	case "skip":
		t.Skip("not today")
	case "panic":
		panic("the code is broken")
	}
	get(t, session.Client(), "/2")
}

func TestIsOld(t *testing.T) {
	session := recorder.ForTest(t, recorder.Config{MaxAge: time.Nanosecond})
	get(t, session.Client(), "/1")
	if os.Getenv("END") == "fail" {
		t.Error("to see what is logged")
	}
}

func TestSwallows(t *testing.T) {
	session := recorder.ForTest(t, recorder.Config{})
	_, _ = session.Client().Get(origin + "/?page=" + os.Getenv("PAGE")) // the request
}

func TestExits(t *testing.T) {
	session := recorder.ForTest(t, recorder.Config{})
	_, _ = session.Client().Get(origin + "/1")
	_, _ = session.Client().Get(origin + "/2")
	os.Exit(3)
}

func TestOtherGoroutine(t *testing.T) {
	session := recorder.ForTest(t, recorder.Config{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = session.Client().Get(origin + "/other") // the goroutine's request
	}()
	<-done
}

func TestNames(t *testing.T) {
	for _, name := range []string{
		"with spaces", "a/b", "(regexp) [x]+ ^.*$|y{2}", `it's "quoted"`, `back\slash`, "$HOME `ls` #1; & !", "Grüße, 世界", "line\nbreak", "",
	} {
		t.Run(name, func(t *testing.T) {
			session := recorder.ForTest(t, recorder.Config{})
			_, _ = session.Client().Get(origin + "/")
		})
	}
}

func TestMode(t *testing.T) {
	session := recorder.ForTest(t, recorder.Config{Mode: recorder.Mode(os.Getenv("MODE")), Path: os.Getenv("CASSETTE")})
	_, _ = session.Client().Get(origin + "/")
}

func TestOnePath(t *testing.T) {
	recorder.ForTest(t, recorder.Config{Path: "testdata/cassettes/one.yaml"})
}
func TestTheSamePath(t *testing.T) {
	recorder.ForTest(t, recorder.Config{Path: "testdata/cassettes/one.yaml"})
}

func TestTwice(t *testing.T) {
	recorder.ForTest(t, recorder.Config{})
	recorder.ForTest(t, recorder.Config{})
}

func TestTwoCassettes(t *testing.T) {
	one := recorder.ForTest(t, recorder.Config{})
	two := recorder.ForTest(t, recorder.Config{Path: "testdata/cassettes/two.yaml"})
	get(t, one.Client(), "/1")
	get(t, two.Client(), "/2")
}

// TestRetries hangs if a miss does not end its context.
func TestRetries(t *testing.T) {
	session := recorder.ForTest(t, recorder.Config{})
	ctx := session.Context(t.Context())
	for attempts := 1; ; attempts++ {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, origin, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = session.Client().Do(req)
		select {
		case <-ctx.Done():
			t.Logf("attempts: %d, because of a miss: %t", attempts, errors.Is(context.Cause(ctx), recorder.ErrMiss))
			return
		case <-time.After(time.Hour):
		}
	}
}

// late is a request whose body ends when the test that sent it is over.
var late struct {
	body *io.PipeWriter
	err  chan error
}

func TestLeavesARequest(t *testing.T) {
	session := recorder.ForTest(t, recorder.Config{})
	body, w := io.Pipe()
	late.body, late.err = w, make(chan error, 1)
	go func() {
		_, err := session.Client().Post(origin, "text/plain", body)
		late.err <- err
	}()
	_, _ = w.Write([]byte("being read")) // returns when the session reads the body
}

func TestLeavesARequestThatMisses(t *testing.T) {
	late.body.Close()
	t.Logf("the late request misses: %t", errors.Is(<-late.err, recorder.ErrMiss))
}

func TestChangesFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	session := recorder.ForTest(t, recorder.Config{})
	get(t, session.Client(), "/default")
	named := recorder.ForTest(t, recorder.Config{Path: "testdata/cassettes/named/path.yaml"})
	get(t, named.Client(), "/named")
}

func TestInAFolder(t *testing.T) {
	session := recorder.ForTest(t, recorder.Config{Dir: "testdata/elsewhere"})
	get(t, session.Client(), "/")
}
