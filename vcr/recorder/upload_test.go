package recorder_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

const mebibyte = 1 << 20

// long is sixteen mebibytes of which no two are equal.
func long() []byte {
	body := bytes.Repeat([]byte("0123456789abcdef"), mebibyte)
	for n := range 16 {
		body[n*mebibyte] = byte('A' + n)
	}
	return body
}

// upload sends what comes out of a pipe and returns what the caller sees.
func (d *rig) upload(session *recorder.Session, write func(io.Writer) error) string {
	d.t.Helper()
	out, in := io.Pipe()
	body := newRequestBody(out)
	written := make(chan error, 1)
	go func() {
		err := write(in)
		written <- errors.Join(err, in.Close())
	}()
	seen := within(d.t, "an upload", func() string {
		resp, err := session.Client().Post(d.URL+"/upload", "application/octet-stream", body)
		return sight(resp, err, reader{buffer: 512})
	})
	equal(d.t, "writing", within(d.t, "writing", func() error { return <-written }), nil)
	within(d.t, "closing the body of the request", func() struct{} { return <-body.done })
	return seen
}

// The origin has the first of a large body before the caller has written the
// last, where nothing has to be matched before it is sent.
func TestLargeBodiesAreSentAsTheyCome(t *testing.T) {
	body := long()
	for _, mode := range []recorder.Mode{recorder.Once, recorder.NewEpisodes, recorder.All} {
		t.Run(string(mode), func(t *testing.T) {
			begun := make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				first := make([]byte, mebibyte)
				if _, err := io.ReadFull(r.Body, first); err != nil {
					t.Error(err)
				}
				close(begun)
				rest, err := io.ReadAll(r.Body)
				if err != nil || !bytes.Equal(append(first, rest...), body) {
					t.Errorf("got %d bytes, %v", mebibyte+len(rest), err)
				}
				_, _ = io.WriteString(w, "thanks")
			}))
			t.Cleanup(server.Close)
			d := newRig(t, nil)
			d.URL = server.URL
			if mode == recorder.All {
				d.put(false, "/a", "/b") // which it does not look at
			}
			s := d.open(recorder.Config{Mode: mode})
			recorded := d.upload(s, func(w io.Writer) error {
				if _, err := w.Write(body[:15*mebibyte]); err != nil {
					return err
				}
				<-begun
				_, err := w.Write(body[15*mebibyte:])
				return err
			})
			if !strings.Contains(recorded, `"thanks"`) {
				t.Errorf("got %s", recorded)
			}
			d.end(s, true)
			s = d.open(recorder.Config{Mode: recorder.None, Base: unreachable(t)})
			replayed := d.upload(s, func(w io.Writer) error { _, err := w.Write(body); return err })
			equal(t, "replayed", replayed, recorded)
		})
	}
}

// A server may answer before it has read a request, which is recorded whole all
// the same.
func TestAnAnswerBeforeTheRequestWasRead(t *testing.T) {
	body := long()
	d := newRig(t, nil)
	s := d.open(recorder.Config{Base: roundTrip(func(req *http.Request) (*http.Response, error) {
		_, _ = req.Body.Read(make([]byte, 10))
		_ = req.Body.Close()
		return &http.Response{StatusCode: http.StatusRequestEntityTooLarge, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Status: "413 Request Entity Too Large", ContentLength: 2, Body: io.NopCloser(strings.NewReader("no"))}, nil
	})})
	write := func(w io.Writer) error { _, err := w.Write(body); return err }
	d.upload(s, write)
	d.end(s, true)
	equal(t, "recorded", bytes.Equal(d.load(d.file()).Interactions[0].Request.Body.Bytes(), body), true)
	s = d.open(recorder.Config{Mode: recorder.None, Base: unreachable(t)})
	equal(t, "replayed", strings.HasPrefix(d.upload(s, write), `"413 Request Entity Too Large"`), true)
}

// Steady bytes come for ever, whether or not it is closed.
type steady struct{ closed chan struct{} }

func (s steady) Read(p []byte) (int, error) {
	time.Sleep(time.Millisecond)
	return copy(p, "."), nil
}

func (s steady) Close() error {
	close(s.closed)
	return nil
}

// An answer ends although its request does not.
func TestABodyThatNeverEnds(t *testing.T) {
	d := newRig(t, nil)
	s := d.open(recorder.Config{Base: roundTrip(func(req *http.Request) (*http.Response, error) {
		_ = req.Body.Close()
		return &http.Response{StatusCode: http.StatusOK, ContentLength: -1, Body: io.NopCloser(strings.NewReader("enough"))}, nil
	})})
	body := steady{make(chan struct{})}
	got := within(t, "the answer", func() string {
		resp, err := s.Client().Post(d.URL, "text/plain", body)
		if err != nil {
			t.Error(err)
			return ""
		}
		return d.body(resp)
	})
	equal(t, "answer", got, "enough")
	<-body.closed
	within(t, "reading on", func() bool {
		stacks := make([]byte, 1<<20)
		for strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "steady.Read") {
			time.Sleep(time.Millisecond)
		}
		return true
	})
	d.end(s, true)
	equal(t, "recorded some of it", strings.HasPrefix(d.load(d.file()).Interactions[0].Request.Body.String(), "."), true)
}

// A stuckBody holds a few bytes, and then nothing until it is closed.
type stuckBody struct {
	io.Reader
	stuck, closed chan struct{}
	once          sync.Once
}

func (b *stuckBody) Read(p []byte) (int, error) {
	if n, _ := b.Reader.Read(p); n > 0 {
		return n, nil
	}
	b.once.Do(func() { close(b.stuck) })
	<-b.closed
	return 0, io.ErrClosedPipe
}

func (b *stuckBody) Close() error {
	close(b.closed)
	return nil
}

// A body of which no more comes ends with the context, and is closed.
func TestCancellingABodyThatDoesNotCome(t *testing.T) {
	for _, mode := range []recorder.Mode{recorder.None, recorder.Once, recorder.NewEpisodes, recorder.All} {
		for _, length := range []int64{-1, 100, 2 * mebibyte} {
			d := newRig(t, counting())
			d.put(false, "/a")
			s := d.open(recorder.Config{Mode: mode})
			for range 10 {
				ctx, cancel := context.WithCancelCause(t.Context())
				body := &stuckBody{Reader: strings.NewReader("only this"), stuck: make(chan struct{}), closed: make(chan struct{})}
				req := d.request("/a").WithContext(ctx)
				req.Method, req.Body, req.ContentLength = http.MethodPost, body, length
				go func() {
					<-body.stuck
					cancel(errBroken)
				}()
				err := within(t, "a request", func() error { _, err := s.RoundTrip(req); return err })
				if !errors.Is(err, errBroken) {
					t.Errorf("%s, %d bytes: got the error %v", mode, length, err)
				}
				<-body.closed
			}
			d.end(s, false)
		}
	}
}

// What is sent as it comes is not sent with a dummy key.
func TestUploadsWithADummy(t *testing.T) {
	d := newRig(t, nil)
	s := d.openSpec(recorder.Config{Base: unreachable(t)}, harness.Spec{Dummies: func() []harness.Dummy {
		return []harness.Dummy{{Variable: "SERVICE_KEY", Value: "dummy-key"}}
	}})
	out, in := io.Pipe()
	req := d.request("/upload")
	req.Method, req.Body = http.MethodPost, out
	req.Header = http.Header{"Authorization": {"Bearer dummy-key"}}
	_, err := s.RoundTrip(req)
	if !errors.Is(err, recorder.ErrRefused) || !strings.Contains(err.Error(), "SERVICE_KEY") {
		t.Errorf("got the error %v", err)
	}
	_, err = in.Write([]byte("more"))
	equal(t, "writing on", err, io.ErrClosedPipe)
}

// A body that fails fails the upload, and is on no tape.
func TestABodyThatFails(t *testing.T) {
	d := newRig(t, counting())
	s := d.open(recorder.Config{})
	out, in := io.Pipe()
	go func() {
		_, _ = in.Write(make([]byte, mebibyte))
		_ = in.CloseWithError(errBroken)
	}()
	_, err := s.Client().Post(d.URL+"/upload", "text/plain", out)
	if !errors.Is(err, errBroken) {
		t.Errorf("got the error %v", err)
	}
}

// A download is large enough that nothing else counts beside it.
const (
	download        = 100 << 20
	downloadChild   = "GINKGO_VCR_DOWNLOAD"
	mostOfADownload = download * 5 / 2
)

// The memory that a process ever had is that of all its tests, so each kind of
// download is recorded in a process of its own.
func TestPeakMemoryOfADownload(t *testing.T) {
	if kind := os.Getenv(downloadChild); kind != "" {
		recordDownload(t, kind)
		return
	}
	if testing.Short() || raceDetector || runtime.GOOS != "linux" {
		t.Skip("needs time, plain memory and Linux")
	}
	for _, kind := range []string{"length", "chunked"} {
		t.Run(kind, func(t *testing.T) {
			child := exec.Command(os.Args[0], "-test.run=^TestPeakMemoryOfADownload$", "-test.v")
			child.Env = append(os.Environ(), downloadChild+"="+kind)
			output, err := child.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			_, text, _ := strings.Cut(string(output), "peak ")
			number, _, _ := strings.Cut(text, " ")
			peak, err := strconv.Atoi(number)
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			t.Logf("%.2f times its size", float64(peak)/download)
			if peak > mostOfADownload {
				t.Errorf("recording %d bytes took %d", download, peak)
			}
		})
	}
}

// recordDownload prints the most memory that this process had.
func recordDownload(t *testing.T, kind string) {
	block := make([]byte, 1<<20)
	random := rand.NewChaCha8([32]byte{})
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if kind == "length" {
			w.Header().Set("Content-Length", strconv.Itoa(download))
		}
		for range download / len(block) {
			_, _ = random.Read(block)
			_, _ = w.Write(block)
		}
	}))
	s := d.open(recorder.Config{})
	resp := d.start(s)
	if n, err := io.Copy(io.Discard, resp.Body); n != download || err != nil {
		t.Fatalf("read %d bytes, %v", n, err)
	}
	d.end(s, true)
	fmt.Printf("peak %d bytes\n", peakMemory(t))
}

func peakMemory(t *testing.T) int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(status), "VmHWM:")
	number, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	kibibytes, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	return kibibytes << 10
}
