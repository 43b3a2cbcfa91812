package recorder_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A session that was recorded on the first of January 2020: a login, and a request that
// sends back until when it is good.
func (d *rig) putOldLogin(recorded time.Time) {
	d.t.Helper()
	asJSON := http.Header{"Content-Type": {"application/json"}}
	login := cassette.Response{
		Status: http.StatusOK, Header: asJSON.Clone(),
		Body: cassette.NewBody([]byte(`{"expires_at":1577840400,"until":"2020-01-01T01:00:00Z","expires_in":3600}`)),
	}
	login.Header.Set("Set-Cookie", "lang=en; Expires=Wed, 01 Jan 2020 01:00:00 GMT")
	c := &cassette.Cassette{Interactions: []*cassette.Interaction{
		{Request: cassette.Request{Method: http.MethodPost, URL: d.URL + "/login"}, Response: login, Recorded: recorded},
		{
			Request: cassette.Request{
				Method: http.MethodPost, URL: d.URL + "/renew?at=1577840400&until=2020-01-01T01%3A00%3A00Z",
				Header: asJSON, Body: cassette.NewBody([]byte(`{"at":1577840400,"until":"2020-01-01T01:00:00Z"}`)),
			},
			Response: cassette.Response{Status: http.StatusOK, Body: cassette.NewBody([]byte("renewed"))},
			Recorded: recorded,
		},
	}}
	if err := c.Save(d.file()); err != nil {
		d.t.Fatal(err)
	}
}

type token struct {
	ExpiresAt int64  `json:"expires_at"`
	Until     string `json:"until"`
	ExpiresIn int64  `json:"expires_in"`
	cookie    *http.Cookie
}

func (d *rig) logIn(s *recorder.Session) (got token) {
	d.t.Helper()
	resp, err := s.Client().Post(d.URL+"/login", "", nil)
	if err != nil {
		d.t.Fatal(err)
	}
	got.cookie = resp.Cookies()[0]
	if err := json.Unmarshal([]byte(d.body(resp)), &got); err != nil {
		d.t.Fatal(err)
	}
	return got
}

// renew sends back until when a token is good, and says what came of it.
func (d *rig) renew(s *recorder.Session, t token) string {
	d.t.Helper()
	address := fmt.Sprintf("%s/renew?at=%d&until=%s", d.URL, t.ExpiresAt, url.QueryEscape(t.Until))
	resp, err := s.Client().Post(address, "application/json", strings.NewReader(fmt.Sprintf(`{"at":%d,"until":%q}`, t.ExpiresAt, t.Until)))
	if err != nil {
		return "missed"
	}
	return d.body(resp)
}

var oldLogin = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func TestShiftTimes(t *testing.T) {
	d := newRig(t, nil)
	d.putOldLogin(oldLogin)
	s := d.open(recorder.Config{Mode: recorder.None, ShiftTimes: []string{}})
	before := time.Now().Add(time.Hour).Truncate(time.Second)
	got := d.logIn(s)
	after := time.Now().Add(time.Hour)
	for name, at := range map[string]time.Time{"expires_at": time.Unix(got.ExpiresAt, 0), "the cookie": got.cookie.Expires} {
		if at.Before(before) || at.After(after) {
			t.Errorf("%s is %v, want about %v", name, at, before)
		}
	}
	equal(t, "a field whose name says nothing", got.Until, "2020-01-01T01:00:00Z")
	equal(t, "expires_in", got.ExpiresIn, 3600)
	equal(t, "sent back", d.renew(s, got), "renewed")
	d.end(s, true)
}

func TestShiftTimesByPath(t *testing.T) {
	d := newRig(t, nil)
	d.putOldLogin(oldLogin)
	tape := d.read(d.file())
	s := d.open(recorder.Config{Mode: recorder.None, ShiftTimes: []string{"$.until"}})
	got := d.logIn(s)
	if until, err := time.Parse(time.RFC3339, got.Until); err != nil || !until.After(time.Now()) {
		t.Errorf("until is %s", got.Until)
	}
	equal(t, "sent back", d.renew(s, got), "renewed")
	d.end(s, true)
	equal(t, "tape", d.read(d.file()), tape)
}

// An instant that was never given out is another request.
func TestShiftTimesOfAnother(t *testing.T) {
	d := newRig(t, nil)
	d.putOldLogin(oldLogin)
	s := d.open(recorder.Config{Mode: recorder.None, ShiftTimes: []string{"$.until"}})
	got := d.logIn(s)
	got.ExpiresAt++
	equal(t, "sent", d.renew(s, got), "missed")
}

// Without the option, and without the time of a recording, instants stay.
func TestShiftTimesNot(t *testing.T) {
	for about, c := range map[string]struct {
		recorded time.Time
		shift    []string
	}{
		"no option":   {oldLogin, nil},
		"no age":      {time.Time{}, []string{}},
		"from future": {time.Now().Add(time.Hour), []string{}},
	} {
		d := newRig(t, nil)
		d.putOldLogin(c.recorded)
		s := d.open(recorder.Config{Mode: recorder.None, ShiftTimes: c.shift})
		got := d.logIn(s)
		equal(t, about, got.ExpiresAt, 1577840400)
		equal(t, about, d.renew(s, got), "renewed")
		d.end(s, true)
	}
}

func TestShiftTimesOfAWrongPath(t *testing.T) {
	_, err := recorder.Open(recorder.Config{Path: "a.yaml", Mode: recorder.None, ShiftTimes: []string{"until"}})
	if err == nil || !strings.HasPrefix(err.Error(), `a.yaml: Config.ShiftTimes: "until" is not a JSONPath: `) {
		t.Errorf("got %v", err)
	}
}
