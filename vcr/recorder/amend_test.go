package recorder_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// prompting returns the body of a request to a model.
func prompting(system, question string) string {
	return fmt.Sprintf(`{"model":"small","messages":[{"role":"system","content":%q},{"role":"user","content":%q}],"temperature":0.2}`, system, question)
}

// putBodies writes a cassette of requests with these bodies, which "tape 1" and so on answer.
func (d *rig) putBodies(change func(*cassette.Cassette), bodies ...string) {
	d.t.Helper()
	c := new(cassette.Cassette)
	for n, body := range bodies {
		c.Interactions = append(c.Interactions, &cassette.Interaction{
			Request: cassette.Request{Method: http.MethodPost, URL: d.URL + "/v1/chat", Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(body))},
			Response: cassette.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/plain"}},
				Body: cassette.NewBody(fmt.Appendf(nil, "tape %d", n+1))},
			Recorded: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), Took: time.Second,
		})
	}
	if change != nil {
		change(c)
	}
	if err := c.Save(d.file()); err != nil {
		d.t.Fatal(err)
	}
}

// chats posts bodies, one after the other, and returns the answers.
func (d *rig) chats(session *recorder.Session, bodies ...string) string {
	d.t.Helper()
	var answers []string
	for _, body := range bodies {
		answers = append(answers, d.post(session, "/v1/chat", "application/json", body))
	}
	return strings.Join(answers, ", ")
}

// amendedLines are the lines that amending adds, and outcomes all that follows the requests.
var (
	amendedLines = regexp.MustCompile(`(?m)^amended: .*\n`)
	askedParts   = regexp.MustCompile(`(?ms)^request:\n.*?^(response|error):\n`)
)

func outcomes(tape string) string {
	_, tape, _ = strings.Cut(tape, "---\n")
	return askedParts.ReplaceAllString(amendedLines.ReplaceAllString(tape, ""), "$1\n")
}

// amends checks that a run in mode amend plays these answers and that the next run replays
// them; that only the requests of so many interactions change on the tape, and nothing is sent.
func (d *rig) amends(cfg recorder.Config, changed int, want string, bodies ...string) recorder.Snapshot {
	d.t.Helper()
	before := d.read(d.file())
	cfg.Mode = recorder.Amend
	s := d.open(cfg)
	equal(d.t, "answers", d.chats(s, bodies...), want)
	did := d.end(s, true)
	after := d.read(d.file())
	equal(d.t, "outcomes", outcomes(after), outcomes(before))
	equal(d.t, "amended", len(amendedLines.FindAllString(after, -1)), changed)
	equal(d.t, "told", len(did.Amended), changed)

	cfg.Mode = recorder.None
	s = d.open(cfg)
	equal(d.t, "answers in replay", d.chats(s, bodies...), want)
	equal(d.t, "told in replay", len(d.end(s, true).Amended), changed)
	equal(d.t, "tape after replay", d.read(d.file()), after)
	equal(d.t, "sent", len(d.Requests()), 0)
	return did
}

func TestAmend(t *testing.T) {
	with := func(field string) string { return strings.Replace(prompting("Be brief.", "Hi"), "{", "{"+field+",", 1) }
	france, italy := prompting("Be brief.", "What is the capital of France?"), prompting("Be brief.", "What is the capital of Italy?")
	turn := func(system, id, result string) string {
		return fmt.Sprintf(`{"model":"small","messages":[{"role":"system","content":%q},{"role":"user","content":"How deep?"},`+
			`{"role":"assistant","tool_calls":[{"id":%q,"type":"function","function":{"name":"depth","arguments":"{\"berth\":4}"}}]},`+
			`{"role":"tool","tool_call_id":%q,"content":%q}]}`, system, id, id, result)
	}
	first := func(system string) string {
		return fmt.Sprintf(`{"model":"small","messages":[{"role":"system","content":%q},{"role":"user","content":"How deep?"}]}`, system)
	}
	const miss = "miss"
	cases := []struct {
		name         string
		tape, asked  []string
		answers      string
		changed      int
		notAmended   string
		cfg          recorder.Config
		changedTapes func(*cassette.Cassette)
	}{
		{name: "the system prompt", tape: []string{prompting("Be brief.", "Hi"), prompting("Be brief.", "Bye")},
			asked: []string{prompting("Be kind, and brief.", "Bye"), prompting("Be kind, and brief.", "Hi")}, answers: "tape 2, tape 1", changed: 2},
		{name: "a typing error in one of two questions", tape: []string{strings.Replace(france, "capital", "captial", 1), italy}, asked: []string{france, italy}, answers: "tape 1, tape 2", changed: 1},
		{name: "a system prompt that is new", tape: []string{`{"messages":[{"role":"user","content":"Hi"}]}`}, asked: []string{`{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Hi!"}]}`},
			answers: "tape 1", changed: 1},
		{name: "a tool, and a renamed argument of another", tape: []string{with(`"tools":[{"name":"a","input_schema":{"properties":{"x":{}}}}]`)},
			asked: []string{with(`"tools":[{"name":"b"},{"name":"a","input_schema":{"properties":{"y":{}}}}]`)}, answers: "tape 1", changed: 1},
		{name: "a schema", tape: []string{with(`"response_format":{"type":"json_schema","json_schema":{"a":1}}`)}, asked: []string{with(`"response_format":{"type":"json_schema","json_schema":{"b":1}}`)},
			answers: "tape 1", changed: 1},
		{name: "a schema inside other settings", tape: []string{with(`"generationConfig":{"topK":1,"responseSchema":{"a":1}}`)}, asked: []string{with(`"generationConfig":{"topK":1,"responseSchema":{"b":1}}`)},
			answers: "tape 1", changed: 1},
		{name: "both turns of a conversation", tape: []string{first("Old."), turn("Old.", "call_1", "9 m")}, asked: []string{first("New and longer."), turn("New and longer.", "call_1", "nine metres")},
			answers: "tape 1, tape 2", changed: 2},
		{name: "equal recordings, in their order", tape: []string{prompting("Old.", "Hi"), prompting("Old.", "Hi"), prompting("Old.", "Bye")},
			asked: []string{prompting("New.", "Hi"), prompting("New.", "Hi"), prompting("New.", "Bye")}, answers: "tape 1, tape 2, tape 3", changed: 3},
		{name: "some requests are as they were", tape: []string{prompting("Old.", "Hi"), prompting("Other.", "Bye")}, asked: []string{prompting("Other.", "Bye"), prompting("New.", "Hi")}, answers: "tape 2, tape 1", changed: 1},
		{name: "the last one again", tape: []string{prompting("Old.", "Hi"), prompting("Old.", "Bye")}, asked: []string{prompting("New.", "Hi"), prompting("New.", "Hi"), prompting("New.", "Bye")},
			cfg: recorder.Config{AllowRepeats: true}, answers: "tape 1, tape 1, tape 2", changed: 2},
		{name: "in order", tape: []string{prompting("Old.", "Hi"), prompting("Old.", "Hi there")}, asked: []string{prompting("New.", "Hi"), prompting("New.", "Hi there")},
			cfg: recorder.Config{InOrder: true}, answers: "tape 1, tape 2", changed: 2},
		{name: "nothing", tape: []string{prompting("Old.", "Hi"), prompting("Old.", "Bye")}, asked: []string{prompting("Old.", "Bye"), prompting("Old.", "Hi")}, answers: "tape 2, tape 1"},
		{name: "the model", tape: []string{prompting("Old.", "Hi")}, asked: []string{strings.Replace(prompting("New.", "Hi"), "small", "large", 1)},
			answers: miss, notAmended: "recording 1 (line 3) differs in more than a prompt, the tools or a schema: body $.model"},
		{name: "the temperature of the nearest", tape: []string{prompting("Old.", "Hi"), prompting("Old and much longer.", "Hi")}, asked: []string{strings.Replace(prompting("Old.", "Hi"), "0.2", "0.3", 1)},
			answers: miss, notAmended: "recording 1 (line 3) differs in more than a prompt, the tools or a schema: body $.temperature"},
		{name: "a setting beside a schema", tape: []string{with(`"generationConfig":{"topK":1,"responseSchema":{"a":1}}`)}, asked: []string{with(`"generationConfig":{"topK":2,"responseSchema":{"b":1}}`)},
			answers: miss, notAmended: "recording 1 (line 3) differs in more than a prompt, the tools or a schema: body $.generationConfig.topK"},
		{name: "two that are equally near", tape: []string{france, italy}, asked: []string{prompting("Be brief.", "What is the capital of Spain?")},
			answers: miss, notAmended: "recording 2 (line 28) and recording 1 (line 3) are equally near"},
		{name: "who spoke last", tape: []string{turn("Old.", "call_1", "9 m")}, asked: []string{first("Old.")},
			answers: miss, notAmended: "recording 1 (line 3) differs in more than a prompt, the tools or a schema: body $.messages[0].tool_calls"},
		{name: "another call", tape: []string{turn("Old.", "call_1", "9 m")}, asked: []string{turn("Old.", "call_2", "9 m")},
			answers: miss, notAmended: "recording 1 (line 3) differs in more than a prompt, the tools or a schema: body $.messages[0].tool_calls[0].id"},
		{name: "another image", tape: []string{`{"messages":[{"role":"user","content":[{"type":"text","text":"What?"},{"type":"image_url","image_url":{"url":"http://a.test/1"}}]}]}`},
			asked:   []string{`{"messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"http://a.test/2"}}]}]}`},
			answers: miss, notAmended: "recording 1 (line 3) differs in more than a prompt, the tools or a schema: body $.messages[0].content[0].image_url.url"},
		{name: "the number of texts", tape: []string{`{"model":"small","input":["a","b"]}`}, asked: []string{`{"model":"small","input":["a","b","c"]}`},
			answers: miss, notAmended: "recording 1 (line 3) differs in more than a prompt, the tools or a schema: body $.input[0].texts"},
		{name: "a body that is no JSON", tape: []string{"a"}, asked: []string{"b"}, answers: miss, notAmended: "recording 1 (line 3) differs in more than a prompt, the tools or a schema: body line 1"},
		{name: "none left", tape: []string{prompting("Old.", "Hi")}, asked: []string{prompting("New.", "Hi"), prompting("New.", "Bye")}, answers: "tape 1, miss",
			notAmended: "no recording of its method and path is left"},
		{name: "an equal request was played", tape: []string{prompting("Old.", "Hi"), prompting("Old.", "Bye")}, asked: []string{prompting("New.", "Hi"), prompting("New.", "Hi")}, answers: "tape 1, miss",
			notAmended: "recording 1 (line 3) was amended for an equal request, and played"},
		{name: "no cassette", asked: []string{prompting("New.", "Hi")}, answers: miss, notAmended: "no recording of its method and path is left"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, counting())
			if c.tape != nil {
				d.putBodies(c.changedTapes, c.tape...)
			}
			if c.notAmended == "" {
				d.amends(c.cfg, c.changed, c.answers, c.asked...)
				return
			}
			before := d.read(d.file())
			c.cfg.Mode = recorder.Amend
			s := d.open(c.cfg)
			equal(t, "answers", d.chats(s, c.asked...), c.answers)
			last := c.asked[len(c.asked)-1]
			_, err := s.Client().Post(d.URL+"/v1/chat", "application/json", strings.NewReader(last))
			if line := "\n  nothing was amended: " + c.notAmended + "\n"; !errors.Is(err, recorder.ErrMiss) || !strings.Contains(err.Error(), line) {
				t.Errorf("the error is %v\nwithout %s", err, line)
			}
			equal(t, "told", len(d.end(s, false).Amended), 0)
			equal(t, "tape", d.read(d.file()), before)
			equal(t, "sent", len(d.Requests()), 0)
		})
	}
}

// A request that is on the tape as it is, and was played, is no edit of another one.
func TestAmendTakesNoOtherRecordingForARequestOfTheTape(t *testing.T) {
	d := newRig(t, counting())
	d.putBodies(nil, prompting("Old.", "Hi"), prompting("Old.", "Bye"))
	s := d.open(recorder.Config{Mode: recorder.Amend})
	equal(t, "answers", d.chats(s, prompting("Old.", "Hi"), prompting("Old.", "Hi")), "tape 1, miss")
}

// A tape whose requests need no amendment keeps its bytes, comments included.
func TestAmendLeavesATapeThatFits(t *testing.T) {
	d := newRig(t, counting())
	d.putBodies(nil, prompting("Old.", "Hi"))
	text := strings.Replace(d.read(d.file()), "took: 1s\n", "took:   1s # ours\n", 1)
	d.write(d.file(), text)
	d.amends(recorder.Config{}, 0, "tape 1", prompting("Old.", "Hi"))
	equal(t, "tape", d.read(d.file()), text)
}

func TestAmendKeepsWhatPeopleWroteInAnAnswer(t *testing.T) {
	d := newRig(t, counting())
	d.putBodies(nil, prompting("Old.", "Hi"))
	d.write(d.file(), strings.Replace(d.read(d.file()), "took: 1s\n", "took:   1s # ours\n", 1))
	d.amends(recorder.Config{}, 1, "tape 1", prompting("New.", "Hi"))
	if text := d.read(d.file()); !strings.Contains(text, "took:   1s # ours\namended: ") {
		t.Errorf("the tape is\n%s", text)
	}
}

func TestAmendLeavesTheTapeOfASpecThatFailed(t *testing.T) {
	d := newRig(t, counting())
	d.putBodies(nil, prompting("Old.", "Hi"))
	before := d.read(d.file())
	s := d.open(recorder.Config{Mode: recorder.Amend})
	equal(t, "answers", d.chats(s, prompting("New.", "Hi")), "tape 1")
	did := d.end(s, false)
	equal(t, "saved or told", did.Saved || did.Rejected != "" || len(did.Amended) > 0, false)
	equal(t, "tape", d.read(d.file()), before)
	equal(t, "files", d.leftovers(), tapeName)

	s = d.again(recorder.Config{}, s) // the next attempt starts from the same tape
	equal(t, "answers of the next attempt", d.chats(s, prompting("New.", "Hi")), "tape 1")
	equal(t, "amended", len(d.end(s, true).Amended), 1)
	s = d.again(recorder.Config{}, s) // and one more replays
	equal(t, "answers of a repetition", d.chats(s, prompting("New.", "Hi")), "tape 1")
	equal(t, "amended by a repetition", len(d.end(s, true).Amended), 1)
}

func TestAmendOfAPartialTape(t *testing.T) {
	d := newRig(t, counting())
	d.putBodies(func(c *cassette.Cassette) { c.Partial = true }, prompting("Old.", "Hi"), prompting("Old.", "Bye"))
	did := d.amends(recorder.Config{}, 2, "tape 1, tape 2", prompting("New.", "Hi"), prompting("New.", "Bye"))
	equal(t, "partial", did.Partial, false)
}

// The second amendment starts from the first. To record the spec again ends both.
func TestAmendAgain(t *testing.T) {
	d := newRig(t, counting())
	d.putBodies(nil, prompting("Old.", "Hi"), prompting("Old.", "Bye"))
	d.amends(recorder.Config{}, 1, "tape 1, tape 2", prompting("New.", "Hi"), prompting("Old.", "Bye"))
	d.amends(recorder.Config{}, 1, "tape 1, tape 2", prompting("Newer.", "Hi"), prompting("Old.", "Bye"))
	s := d.open(recorder.Config{Mode: recorder.All})
	d.chats(s, prompting("Newer.", "Hi"), prompting("Old.", "Bye"))
	equal(t, "amended", len(d.end(s, true).Amended), 0)
	equal(t, "amendedLines", len(amendedLines.FindAllString(d.read(d.file()), -1)), 0)
}

// What the code asserts on is the request that it sent.
func TestAmendShowsWhatWasSent(t *testing.T) {
	d := newRig(t, counting())
	d.putBodies(nil, prompting("Old.", "Hi"), prompting("Old.", "Bye"))
	s := d.open(recorder.Config{Mode: recorder.Amend})
	d.chats(s, prompting("New.", "Hi"))
	did := s.Snapshot()
	equal(t, "sent", did.Replayed[0].Request.Body.String(), prompting("New.", "Hi"))
	equal(t, "title", did.Title(did.Replayed[0]), "line 3, POST "+d.URL+`/v1/chat "Hi"`)
	equal(t, "unplayed", len(did.Unplayed), 1)
	did = d.end(s, true)
	equal(t, "title of what was amended", did.Title(did.Amended[0]), "line 3, POST "+d.URL+`/v1/chat "Hi"`)
}

func TestAmendRedactsTheRequest(t *testing.T) {
	secret := strings.Join([]string{"sk", "proj", strings.Repeat("Ab3dEf6h", 6)}, "-")
	token := strings.Repeat("qX7vR2mK", 2)
	t.Setenv("HARBOUR_TOKEN", token)
	d := newRig(t, counting())
	d.putBodies(nil, prompting("Old.", "Hi"))
	d.amends(recorder.Config{}, 1, "tape 1", prompting("Use "+secret+" and "+token+", or [redacted:token].", "Hi"))
	text := d.read(d.file())
	for _, hidden := range []string{secret, token} {
		if strings.Contains(text, hidden) {
			t.Errorf("%q is on the tape", hidden)
		}
	}
	if !strings.Contains(text, "quotes: true") || !strings.Contains(text, "[redacted::token]") {
		t.Errorf("the quote is not on the tape:\n%s", text)
	}
}

// A tape with bodies in files, and requests at the same time.
func TestAmendLargeBodiesAtTheSameTime(t *testing.T) {
	d := newRig(t, counting())
	cfg := recorder.Config{BodyLimit: 200}
	long := strings.Repeat("Be brief. ", 50)
	var tape, asked []string
	for n := range 20 {
		question := fmt.Sprintf("What is the name of city %d?", n*n*n)
		tape, asked = append(tape, prompting(long, question)), append(asked, prompting(long+"Be kind.", question))
	}
	d.putBodies(func(c *cassette.Cassette) { c.BodyLimit = 200 }, tape...)
	cfg.Mode = recorder.Amend
	s := d.open(cfg)
	var all sync.WaitGroup
	for n, body := range asked {
		all.Add(1)
		go func() {
			defer all.Done()
			equal(t, "answer", d.chats(s, body), fmt.Sprintf("tape %d", n+1))
		}()
	}
	all.Wait()
	equal(t, "amended", len(d.end(s, true).Amended), len(asked))
	bodies, err := os.ReadDir(filepath.Join(d.dir, "_bodies"))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "bodies", len(bodies), len(asked))
	cfg.Mode = recorder.None
	s = d.open(cfg)
	equal(t, "first and last", d.chats(s, asked[0], asked[19]), "tape 1, tape 20")
	equal(t, "sent", len(d.Requests()), 0)
}

// Two tenants never get each other's answers, whatever they ask.
func TestAmendKeepsTenantsApart(t *testing.T) {
	d := newRig(t, counting())
	d.putBodies(func(c *cassette.Cassette) {
		for n, token := range []string{"[redacted:authorization]", "[redacted:authorization:2]", "[redacted:authorization:2]", "[redacted:authorization]"} {
			c.Interactions[n].Request.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {token}}
		}
	}, prompting("Old.", "I am one"), prompting("Old.", "I am two"), prompting("Old.", "Who am I?"), prompting("Old.", "Who am I?"))
	ask := func(s *recorder.Session, token, body string) string {
		t.Helper()
		req, err := http.NewRequest(http.MethodPost, d.URL+"/v1/chat", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		return d.body(resp)
	}
	for _, mode := range []recorder.Mode{recorder.Amend, recorder.None} {
		s := d.open(recorder.Config{Mode: mode})
		equal(t, "one", ask(s, "key-of-the-first-tenant", prompting("New.", "I am one")), "tape 1")
		equal(t, "two", ask(s, "key-of-the-second-tenant", prompting("New.", "I am two")), "tape 2")
		equal(t, "one again", ask(s, "key-of-the-first-tenant", prompting("New.", "Who am I?")), "tape 4")
		equal(t, "two again", ask(s, "key-of-the-second-tenant", prompting("New.", "Who am I?")), "tape 3")
		d.end(s, true)
	}
	equal(t, "placeholders", strings.Count(d.read(d.file()), "[redacted:authorization:2]"), 2)
}

func TestAmendAsksTheFunctionsOfTheRules(t *testing.T) {
	d := newRig(t, counting())
	d.putBodies(nil, prompting("Old.", "Hi"))
	s := d.open(recorder.Config{Mode: recorder.Amend, MatchFunc: func(*http.Request, cassette.Request) bool { return false }})
	_, err := s.Client().Post(d.URL+"/v1/chat", "application/json", strings.NewReader(prompting("New.", "Hi")))
	if !strings.Contains(errorText(err), "nothing was amended: MatchFunc says no to the request itself") {
		t.Errorf("got %v", err)
	}
}
