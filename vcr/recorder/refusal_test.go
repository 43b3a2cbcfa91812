package recorder_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var recordingModes = []recorder.Mode{recorder.Once, recorder.NewEpisodes, recorder.All}

// A cassette that cannot be read is never written over, and a request that it
// might answer is never sent.
func TestUnreadableCassettes(t *testing.T) {
	cases := []struct {
		name, text string
		want       error
	}{
		{"empty", "", cassette.ErrSyntax},
		{"nonsense", "}{", cassette.ErrSyntax},
		{"something else", "a: b\n", cassette.ErrSyntax},
		{"a broken recording", "ginkgo-vcr: 1\n---\nrequest:\n", cassette.ErrSyntax},
		{"newer", "ginkgo-vcr: 2\n", cassette.ErrVersion},
		{"not fetched", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", cassette.ErrLFSPointer},
		{"a conflict", "ginkgo-vcr: 1\n<<<<<<< ours\n", cassette.ErrConflict},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, mode := range append(recordingModes, recorder.None) {
				d := newRig(t, counting())
				d.write(d.file(), c.text)
				var refused []error
				s := d.openSpec(recorder.Config{Mode: mode}, harness.Spec{OnRefuse: func(err error) { refused = append(refused, err) }})
				_, err := s.Client().Get(d.URL)
				if !errors.Is(err, recorder.ErrRefused) || !errors.Is(err, c.want) || len(refused) != 1 {
					t.Errorf("mode %s: got the error %v, called back with %q", mode, err, refused)
				}
				if snapshot := s.Snapshot(); !errors.Is(snapshot.Err, c.want) {
					t.Errorf("mode %s: the snapshot has the error %v", mode, snapshot.Err)
				}
				result, err := s.Close(true)
				if !errors.Is(err, c.want) || !strings.Contains(err.Error(), tapeName) {
					t.Errorf("mode %s: Close: got the error %v", mode, err)
				}
				equal(t, "refused", result.Refused, 1)
				equal(t, "sent", d.Served(), 0)
				equal(t, "tape", d.read(d.file()), c.text)
				equal(t, "files", d.leftovers(), tapeName)
			}
		})
	}
}

func TestAnUnreadableCassetteIsToldEvenIfNobodyAsks(t *testing.T) {
	d := newRig(t, nil)
	d.write(d.file(), "}{")
	if _, err := d.open(recorder.Config{}).Close(true); !errors.Is(err, cassette.ErrSyntax) {
		t.Errorf("passed: got the error %v", err)
	}
	if _, err := d.open(recorder.Config{}).Close(false); err != nil {
		t.Errorf("failed: got the error %v", err)
	}
	if _, err := d.open(recorder.Config{Mode: recorder.Live}).Close(true); err != nil {
		t.Errorf("live: got the error %v", err)
	}
}

func TestPlacesThatCannotBeRead(t *testing.T) {
	cases := []struct {
		name, reason string
		block        func(d *rig)
	}{
		{"a file in place of the folder", ": the cassette cannot be read: ", func(d *rig) { d.write(filepath.Dir(d.file()), "") }},
		{"a folder in place of the file", ": is not a file; put the file itself there", func(d *rig) { _ = os.MkdirAll(d.file(), 0o700) }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, mode := range recordingModes {
				d := newRig(t, counting())
				c.block(d)
				s := d.open(recorder.Config{Mode: mode})
				_, err := s.Client().Get(d.URL)
				if !errors.Is(err, recorder.ErrRefused) || !strings.Contains(err.Error(), d.file()+c.reason) {
					t.Errorf("mode %s: got the error %v", mode, err)
				}
				if _, err := s.Close(true); err == nil || !strings.Contains(err.Error(), d.file()+c.reason) {
					t.Errorf("mode %s: Close: got the error %v", mode, err)
				}
				equal(t, "sent", d.Served(), 0)
			}
		})
	}
}

func TestACassetteThatIsTooLarge(t *testing.T) {
	d := newRig(t, counting())
	d.write(d.file(), "")
	if err := os.Truncate(d.file(), disk.MaxSize+1); err != nil {
		t.Skip(err) // not every file system has files with holes
	}
	_, err := d.open(recorder.Config{}).RoundTrip(d.request("/"))
	equal(t, "error", errorText(err), fmt.Sprintf("%s: the cassette has %d bytes, more than any recorder writes; delete it and record this spec again", d.file(), disk.MaxSize+1))
	equal(t, "sent", d.Served(), 0)
}

func TestPathsOutOfTheFolder(t *testing.T) {
	cases := []struct{ dir, path, want string }{
		{"tapes", "../a.yaml", "../a.yaml: not the path of a file below the folder of the cassettes; give one with slashes, such as chat/answers.yaml"},
		{"tapes", "a/../../b.yaml", "a/../../b.yaml: not the path of a file below the folder of the cassettes; give one with slashes, such as chat/answers.yaml"},
		{"tapes", "/a.yaml", "/a.yaml: not the path of a file below the folder of the cassettes; give one with slashes, such as chat/answers.yaml"},
		{"tapes", "", "recorder: the path of the cassette is missing; set Config.Path"},
		{"", "", "recorder: the path of the cassette is missing; set Config.Path"},
		{"tapes", "a..b/c.yaml", "no error"},
		{"", "../a.yaml", "no error"},
	}
	for _, c := range cases {
		_, err := recorder.Open(recorder.Config{Dir: c.dir, Path: c.path, Mode: recorder.None})
		equal(t, c.dir+" "+c.path, errorText(err), c.want)
	}
}

func TestCassettesOfAnotherSuite(t *testing.T) {
	const want = "belongs to the suite example.com/chat, not to example.com/shop; " +
		"set another Config.Path in one of them, or, if the package was moved, change the line suite: in the file"
	d := newRig(t, counting())
	d.put(true, "/a")
	before := d.read(d.file())
	s := d.openSpec(recorder.Config{}, harness.Spec{Suite: "example.com/shop", Shared: true})
	_, err := s.RoundTrip(d.request("/a"))
	equal(t, "error", errorText(err), d.file()+": "+want)
	_, err = s.Close(true)
	equal(t, "error of Close", errorText(err), d.file()+": "+want)
	equal(t, "tape", d.read(d.file()), before)
	equal(t, "sent", d.Served(), 0)

	for _, spec := range []harness.Spec{{Suite: "example.com/shop"}, {Suite: "example.com/chat", Shared: true}, {Shared: true}} {
		equal(t, "answer", d.get(d.openSpec(recorder.Config{}, spec), "/a"), "tape 1 /a")
	}
}

func (d *rig) request(path string) *http.Request {
	d.t.Helper()
	req, err := http.NewRequest(http.MethodGet, d.URL+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return req
}

func TestRequestsAfterClose(t *testing.T) {
	d := newRig(t, counting())
	for _, mode := range allModes {
		refused := 0
		s := d.openSpec(recorder.Config{Mode: mode, PassThrough: []string{"127.0.0.1"}}, harness.Spec{OnRefuse: func(error) { refused++ }})
		d.end(s, true)
		_, err := s.RoundTrip(d.request("/"))
		equal(t, string(mode), errorText(err), d.file()+": the session is over; obtain the client in the test that uses it")
		equal(t, "a refusal", errors.Is(err, recorder.ErrRefused), true)
		equal(t, "called back", refused, 0)
	}
	equal(t, "sent", d.Served(), 0)
}

func TestRefuse(t *testing.T) {
	d := newRig(t, counting())
	d.write(d.file(), "}{")
	refuse := errors.New("two specs claim one cassette")
	var told []error
	s := d.openSpec(recorder.Config{}, harness.Spec{RefuseWith: refuse, OnRefuse: func(err error) { told = append(told, err) }})
	if _, err := s.RoundTrip(d.request("/")); !errors.Is(err, refuse) || len(told) != 1 || !errors.Is(told[0], refuse) {
		t.Errorf("got the error %v, called back with %q", err, told)
	}
	result := d.end(s, true)
	equal(t, "refused", result.Refused, 1)
	equal(t, "sent", d.Served(), 0)
}

func TestDummiesAreNotRecorded(t *testing.T) {
	const dummy = "dummy-of-a-key"
	dummies := func() []harness.Dummy {
		return []harness.Dummy{{Variable: "OTHER_KEY", Value: "another"}, {Variable: "SERVICE_KEY", Value: dummy}}
	}
	cases := []struct {
		name   string
		change func(req *http.Request)
	}{
		{"header", func(req *http.Request) { req.Header["x-own"] = []string{"a", "Bearer " + dummy} }},
		{"path", func(req *http.Request) { req.URL.Path = "/" + dummy }},
		{"query", func(req *http.Request) { req.URL.RawQuery = "q=" + dummy }},
		{"basic authentication", func(req *http.Request) { req.SetBasicAuth("user", dummy) }},
		{"body", func(req *http.Request) { setBody(req, `{"api_key":"`+dummy+`"}`) }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, mode := range recordingModes {
				d := newRig(t, counting())
				s := d.openSpec(recorder.Config{Mode: mode}, harness.Spec{Dummies: dummies})
				req := d.request("/")
				c.change(req)
				_, err := s.RoundTrip(req)
				equal(t, string(mode), errorText(err), d.file()+": SERVICE_KEY is not set, and GET "+req.URL.String()+
					" would be recorded with a dummy in its place; set SERVICE_KEY, or commit a cassette")
				equal(t, "a refusal", errors.Is(err, recorder.ErrRefused), true)
				equal(t, "another request", d.get(s, "/"), "sent 1 /")
			}
		})
	}
	t.Run("replay", func(t *testing.T) {
		d := newRig(t, counting())
		d.put(false, "/"+dummy)
		equal(t, "answer", d.get(d.openSpec(recorder.Config{}, harness.Spec{Dummies: dummies}), "/"+dummy), "tape 1 /"+dummy)
	})
	t.Run("undecodable", func(t *testing.T) {
		d := newRig(t, counting())
		req := d.request("/")
		req.Header.Set("Authorization", "Basic ???"+base64.StdEncoding.EncodeToString([]byte(dummy)))
		if _, err := d.openSpec(recorder.Config{}, harness.Spec{Dummies: dummies}).RoundTrip(req); err != nil {
			t.Error(err)
		}
	})
}
