package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A shop is a suite that has run: its tapes, and the report that Ginkgo wrote.
type shop struct {
	t        *testing.T
	dir      string
	specs    []reporters.Spec
	findings []reporters.Finding
}

const suite = "example.com/shop/assistant"

var started = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

// newShop has some conversations, findings, and many specs like one another.
func newShop(t *testing.T) *shop {
	s := &shop{t: t, dir: t.TempDir()}
	s.spec("Assistant / looks up an order before it answers", 43, toolCall(), answerToTool())
	s.spec("Assistant / answers a question about returns", 12, returns())
	s.spec("Assistant / says that it does not know", 12, refusal())
	s.spec("Catalogue / lists what is in stock", 3, catalogue())
	s.spec("Search / embeds a query", 90, embedding())
	for n, question := range []string{"Do you deliver on Sundays?", "Is the lamp waterproof?", "Can I pay by invoice?", "Where is my parcel?", "Is there a discount for schools?", "Which bulbs fit the lamp?", "How do I change my address?", "Do you sell spare parts?"} {
		s.spec("Assistant / answers / "+strings.ToLower(strings.TrimSuffix(question, "?")), 5+7*n, plainChat(question))
	}
	last := &s.specs[3]
	last.Unplayed = []string{`line 38, GET https://shop.example.com/v1/items?page=2`}
	last.Command = "VCR_RECORD_MODE=all ginkgo --focus-file=/catalogue_test.go:53 ./assistant"
	s.keep("cassettes/assistant/old_name.yaml", returns())
	s.findings = append(s.findings, reporters.Finding{Kind: "unused", Cassette: "cassettes/assistant/old_name.yaml", Command: "git rm assistant/cassettes/assistant/old_name.yaml"})
	return s
}

// spec adds a spec that played its tape.
func (s *shop) spec(name string, days int, tape ...*cassette.Interaction) {
	file := "cassettes/" + strings.NewReplacer(" / ", "/", " ", "_", "<", "", ">", "").Replace(strings.ToLower(name)) + ".yaml"
	recorded := started.AddDate(0, 0, -days)
	spec := reporters.Spec{
		Name: name, Place: fmt.Sprintf("assistant/%s_test.go:%d", strings.ToLower(strings.Fields(name)[0]), 20+11*len(s.specs)), Cassette: file, Mode: "none",
		Attempt: 1, Passed: true, Loaded: len(tape), Replayed: len(tape), Oldest: recorded.Format(time.RFC3339), Saved: reporters.Tokens{},
	}
	for _, i := range tape {
		i.Recorded = recorded
		spec.Bytes += int64(i.Request.Body.Len() + i.Response.Body.Len())
		spec.TimeSaved += i.Took.Milliseconds()
		model := "gpt-5.4-mini"
		if strings.Contains(i.Request.URL, "anthropic") {
			model = "claude-sonnet-5"
		}
		if strings.Contains(i.Request.URL, "/v1/chat") || model != "gpt-5.4-mini" {
			kinds := map[string]int64{"input": int64(i.Request.Body.Len() * 21), "output": int64(i.Response.Body.Len() / 3)}
			if before := spec.Saved[model]; before != nil {
				kinds["input"] += before["input"]
				kinds["output"] += before["output"]
			}
			spec.Saved[model] = kinds
		}
	}
	s.specs = append(s.specs, spec)
	s.keep(file, tape...)
}

func (s *shop) keep(file string, tape ...*cassette.Interaction) {
	s.t.Helper()
	c := &cassette.Cassette{Suite: suite, Spec: "taped", Interactions: tape}
	path := filepath.Join(s.dir, "assistant", filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, c.Encode(), 0o600); err != nil { // without waiting for the disk
		s.t.Fatal(err)
	}
}

// page makes the page with the command vcr and returns its URL.
func (s *shop) page() string {
	s.t.Helper()
	report := types.Report{StartTime: started, SuiteDescription: "Assistant"}
	for _, spec := range s.specs {
		report.SpecReports = append(report.SpecReports, types.SpecReport{LeafNodeType: types.NodeTypeIt, LeafNodeText: spec.Name, ReportEntries: types.ReportEntries{{Name: "ginkgo-vcr recording", Value: types.WrapEntryValue(spec)}}})
	}
	summary := reporters.Summarize(report, reporters.Suite{Package: suite, Dir: "assistant", Commit: "4f1c29d0a7be", Started: started}, s.findings...)
	summary.Prices = map[string]map[string]float64{"gpt-5.4-mini": {"input": 2.5, "output": 20}, "claude-sonnet-5": {"input": 30, "output": 150}}
	summary.Specs = nil
	report.SpecReports = append(report.SpecReports, types.SpecReport{LeafNodeType: types.NodeTypeReportAfterSuite, ReportEntries: types.ReportEntries{{Name: reporters.EntryName, Value: types.WrapEntryValue(summary)}}})
	text, err := json.Marshal([]types.Report{report})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "report.json"), text, 0o666); err != nil {
		s.t.Fatal(err)
	}
	made := exec.Command(command(s.t), "report", "--html", "vcr.html", "report.json")
	made.Dir = s.dir
	if out, err := made.CombinedOutput(); err != nil {
		s.t.Fatalf("%v\n%s", err, out)
	}
	return "file://" + filepath.ToSlash(filepath.Join(s.dir, "vcr.html"))
}

const system = "You are the assistant of a shop for lamps. Answer in two sentences. Look up orders with the tool find_order before you say anything about them."

var shopTools = `[{"type":"function","function":{"name":"find_order","parameters":{"type":"object","properties":{"number":{"type":"string"}}}}}]`

func toolCall() *cassette.Interaction {
	request := fmt.Sprintf(`{"model":"gpt-5.4-mini","stream":true,"tools":%s,"messages":[{"role":"system","content":%q},{"role":"user","content":"Where is my order 2041? It was to come on Friday."}]}`, shopTools, system)
	return chat(request, stream(
		`{"tool_calls":[{"index":0,"id":"call_7Qm2","type":"function","function":{"name":"find_order","arguments":""}}]}`,
		`{"tool_calls":[{"index":0,"function":{"arguments":"{\"number\":"}}]}`,
		`{"tool_calls":[{"index":0,"function":{"arguments":" \"2041\"}"}}]}`,
	), 1240*time.Millisecond)
}

func answerToTool() *cassette.Interaction {
	request := fmt.Sprintf(`{"model":"gpt-5.4-mini","stream":true,"tools":%s,"messages":[{"role":"system","content":%q},{"role":"user","content":"Where is my order 2041? It was to come on Friday."},{"role":"assistant","tool_calls":[{"id":"call_7Qm2","type":"function","function":{"name":"find_order","arguments":"{\"number\": \"2041\"}"}}]},{"role":"tool","tool_call_id":"call_7Qm2","content":"{\"number\":\"2041\",\"state\":\"on its way\",\"carrier\":\"Parcel Post\",\"arrives\":\"2026-01-20\"}"}]}`, shopTools, system)
	return chat(request, stream(
		`{"content":"Your order is on its way "}`, `{"content":"with Parcel Post, and arrives on Tuesday, 20 January. "}`, `{"content":"I am sorry that it is later than we said."}`,
	), 1830*time.Millisecond)
}

func returns() *cassette.Interaction {
	return &cassette.Interaction{
		Request: cassette.Request{
			Method: "POST", URL: "https://api.anthropic.com/v1/messages", Header: http.Header{"Content-Type": {"application/json"}, "X-Api-Key": {"[redacted:x-api-key]"}},
			Body: cassette.NewBody([]byte(fmt.Sprintf(`{"model":"claude-sonnet-5","max_tokens":300,"system":%q,"messages":[{"role":"user","content":"Can I send back a lamp that I have used for a week?"}]}`, system))),
		},
		Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(`{"type":"message","role":"assistant","model":"claude-sonnet-5","content":[{"type":"text","text":"Yes, within thirty days, as long as it is clean and in its box. We pay for the way back."}],"usage":{"input_tokens":61,"output_tokens":24}}`))},
		Took:     2210 * time.Millisecond,
	}
}

func refusal() *cassette.Interaction {
	return plainChat("What is the weather in Lisbon tomorrow?")
}

func plainChat(question string) *cassette.Interaction {
	return chat(fmt.Sprintf(`{"model":"gpt-5.4-mini","messages":[{"role":"system","content":%q},{"role":"user","content":%s}]}`, system, inJSON(question)),
		`{"object":"chat.completion","model":"gpt-5.4-mini","choices":[{"index":0,"message":{"role":"assistant","content":"I do not know. Please ask a colleague in the shop, who is there from nine to six."}}],"usage":{"prompt_tokens":58,"completion_tokens":19,"total_tokens":77}}`, 900*time.Millisecond)
}

func catalogue() *cassette.Interaction {
	return &cassette.Interaction{
		Request:  cassette.Request{Method: "GET", URL: "https://shop.example.com/v1/items?in_stock=true"},
		Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(`{"items":[{"id":7,"name":"Lamp","price":"49.00","stock":12},{"id":9,"name":"Bulb","price":"4.50","stock":310}],"next":null}`))},
		Took:     85 * time.Millisecond,
	}
}

func embedding() *cassette.Interaction {
	return &cassette.Interaction{
		Request:  cassette.Request{Method: "POST", URL: "https://api.openai.com/v1/embeddings", Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(`{"model":"text-embedding-3-small","input":"a lamp for the garden"}`))},
		Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(`{"object":"list","model":"text-embedding-3-small","data":[{"index":0,"embedding":[0.013,-0.021,0.4,0.0071]}],"usage":{"prompt_tokens":6,"total_tokens":6}}`))},
		Took:     310 * time.Millisecond,
	}
}

func chat(request, answer string, took time.Duration) *cassette.Interaction {
	kind := "application/json"
	if strings.HasPrefix(answer, "data:") {
		kind = "text/event-stream"
	}
	return &cassette.Interaction{
		Request: cassette.Request{
			Method: "POST", URL: "https://api.openai.com/v1/chat/completions", Header: http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer [redacted:authorization]"}},
			Body: cassette.NewBody([]byte(request)),
		},
		Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {kind}}, Body: cassette.NewBody([]byte(answer))},
		Took:     took,
	}
}

func stream(deltas ...string) string {
	var events strings.Builder
	for _, delta := range deltas {
		fmt.Fprintf(&events, "data: {\"object\":\"chat.completion.chunk\",\"model\":\"gpt-5.4-mini\",\"choices\":[{\"index\":0,\"delta\":%s}]}\n\n", delta)
	}
	events.WriteString("data: {\"object\":\"chat.completion.chunk\",\"model\":\"gpt-5.4-mini\",\"choices\":[],\"usage\":{\"prompt_tokens\":112,\"completion_tokens\":31,\"total_tokens\":143}}\n\ndata: [DONE]\n\n")
	return events.String()
}

func inJSON(text string) string {
	encoded, _ := json.Marshal(text) // a text has no errors
	return string(encoded)
}
