package drift_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
)

// TestCalls compares calls of tools: the name and the names of arguments count, and the
// values do not.
func TestCalls(t *testing.T) {
	events := func(data ...string) string { return "data: " + strings.Join(data, "\n\ndata: ") + "\n\n" }
	quoted := func(text string) string { b, _ := json.Marshal(text); return string(b) }
	forms := []struct {
		name, contentType, path string
		body                    func(tool, arguments string) string
	}{
		{"OpenAI", "application/json", "$.choices[*].message.tool_calls[*].function", func(tool, arguments string) string {
			return fmt.Sprintf(`{"choices":[{"message":{"tool_calls":[{"id":"c1","type":"function","function":{"name":%q,"arguments":%s}}]}}]}`, tool, quoted(arguments))
		}},
		{"OpenAI, streamed", "text/event-stream", "$.choices[*].delta.tool_calls[*].function", func(tool, arguments string) string {
			chunk := `{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":%s}]}}]}`
			return events(fmt.Sprintf(chunk, fmt.Sprintf(`{"name":%q,"arguments":""}`, tool)),
				fmt.Sprintf(chunk, fmt.Sprintf(`{"arguments":%s}`, quoted(arguments[:3]))),
				fmt.Sprintf(chunk, fmt.Sprintf(`{"arguments":%s}`, quoted(arguments[3:]))), "[DONE]")
		}},
		{"OpenAI, responses", "application/json", "$.output[*]", func(tool, arguments string) string {
			return fmt.Sprintf(`{"output":[{"type":"function_call","name":%q,"arguments":%s}]}`, tool, quoted(arguments))
		}},
		{"Anthropic", "application/json", "$.content[*]", func(tool, arguments string) string {
			return fmt.Sprintf(`{"content":[{"type":"tool_use","name":%q,"input":%s}]}`, tool, arguments)
		}},
		{"Anthropic, streamed", "text/event-stream", "$.content_block", func(tool, arguments string) string {
			return "event: content_block_start\n" + events(fmt.Sprintf(`{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","name":%q,"input":{}}}`, tool)) +
				"event: content_block_delta\n" + events(fmt.Sprintf(`{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":%s}}`, quoted(arguments)))
		}},
		{"Gemini", "application/json", "$.candidates[*].content.parts[*].functionCall", func(tool, arguments string) string {
			return fmt.Sprintf(`{"candidates":[{"content":{"parts":[{"functionCall":{"name":%q,"args":%s}}]}}]}`, tool, arguments)
		}},
		{"Ollama", "application/x-ndjson", "$.message.tool_calls[*].function", func(tool, arguments string) string {
			return fmt.Sprintf(`{"message":{"tool_calls":[{"function":{"name":%q,"arguments":%s}}]},"done":true}`+"\n", tool, arguments)
		}},
		{"Bedrock", "application/json", "$.output.message.content[*].toolUse", func(tool, arguments string) string {
			return fmt.Sprintf(`{"output":{"message":{"content":[{"toolUse":{"toolUseId":"t1","name":%q,"input":%s}}]}}}`, tool, arguments)
		}},
	}
	for _, f := range forms {
		t.Run(f.name, func(t *testing.T) {
			report := func(tool, arguments string) string {
				old := tape{answered(chat, f.contentType, f.body("weather", `{"city":"Rome","unit":"C"}`))}
				var said []string
				for _, d := range compare(t, drift.Rules{}, old, tape{answered(chat, f.contentType, f.body(tool, arguments))}).Differences {
					if d.Severity != drift.Notice {
						t.Errorf("%s: %s", d.Severity, d)
					}
					said = append(said, d.String())
				}
				return strings.Join(said, "\n")
			}
			if got := report("weather", `{"city":"Oslo","unit":"F"}`); got != "" {
				t.Errorf("other values: %s", got)
			}
			if got, want := report("weather", `{"city":"Oslo","days":{"from":1}}`), f.path+"[?@.name=='weather'].arguments.days is new: 1 of 1 new answers have it\n"+
				f.path+"[?@.name=='weather'].arguments.unit is gone: 1 of 1 recordings had it, 0 of 1 new answers have it; new beside it: days"; got != want {
				t.Errorf("other arguments:\n%s\nwant\n%s", got, want)
			}
			if got, want := report("forecast", `{"city":"Rome","unit":"C"}`), f.path+"[?@.name=='forecast'] is a call that the recording does not have\n"+
				f.path+"[?@.name=='weather'] is not called, as in the recording"; got != want {
				t.Errorf("another tool:\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestRequests says what our own code sends differently, and leaves out what earlier
// answers gave it.
func TestRequests(t *testing.T) {
	call := func(id string) string { return fmt.Sprintf(`{"id":%q,"tool_calls":[{"id":"call_%s"}]}`, id, id) }
	old := tape{
		answered(chat, "application/json", call("x1")),
		answered(chat, "application/json", answer, asks(`{"q":1,"tool_call_id":"call_x1","system":"Be kind."}`)),
	}
	new := tape{
		answered(chat, "application/json", call("y2")),
		answered(chat, "application/json", `{"id":1}`, asks(`{"q":1,"tool_call_id":"call_y2","system":"Be brief."}`)),
	}
	report := compare(t, drift.Rules{}, old, new)
	if report.Worst() != drift.Notice {
		t.Errorf("worst is %s", report.Worst())
	}
	if len(report.Requests) != 1 || len(report.Requests[0].Sent) != 1 || report.Requests[0].Sent[0].String() != `$.system: "Be kind." -> "Be brief."` {
		t.Errorf("sent %v", report.Requests)
	}
}

// TestRules ignores, compares to the byte, and names enums and variants.
func TestRules(t *testing.T) {
	const before = `{"build":"17","region":"north","items":[{"resource":"disk","size":1},{"resource":"net","speed":2}],"debug":{"took":1}}`
	cases := []struct {
		name  string
		rules drift.Rules
		after string
		want  string
	}{
		{"no rule", drift.Rules{}, `{"build":"18","region":"south","items":[{"resource":"disk","size":1}],"debug":{"took":1}}`, ""},
		{"ignore", drift.Rules{Ignore: []string{"$.debug"}}, strings.Replace(before, `{"took":1}`, `{"cost":"x"}`, 1), ""},
		{"ignore anywhere", drift.Rules{Ignore: []string{"$..took", "$..cost"}}, strings.Replace(before, `{"took":1}`, `{"cost":"x"}`, 1), ""},
		{"exact", drift.Rules{Exact: []string{"$.build"}}, strings.Replace(before, "17", "18", 1), `breaking $.build is "18", and a rule wants "17"`},
		{"exact in elements", drift.Rules{Exact: []string{"$.items[*].size"}}, strings.Replace(before, `"size":1`, `"size":2`, 1), `breaking $.items[*].size is 2, and a rule wants 1`},
		{"an enum", drift.Rules{Enums: []string{"$.region"}}, strings.Replace(before, "north", "south", 1), `notice $.region has a new value: "south"`},
		{"variants", drift.Rules{Variants: []string{"$.items[*].resource"}}, strings.Replace(before, `,"speed":2`, "", 1),
			"notice $.items[*][?@.resource=='net'].speed is gone: 1 of 1 recordings had it, 0 of 1 new answers have it"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var said []string
			for _, d := range compare(t, c.rules, tape{answered(chat, "application/json", before)}, tape{answered(chat, "application/json", c.after)}).Differences {
				said = append(said, d.Severity.String()+" "+d.String())
			}
			if got := strings.Join(said, "\n"); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
	err := drift.Rules{Ignore: []string{"$.a", "items[0].id"}}.Check()
	if want := `drift: Ignore: "items[0].id" is not a path of names, [*] and [?@.type=='…']; write one such as $.choices[*].message`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestTravel sends a suite and the runs of several processes as JSON. Together they say
// what one process does.
func TestTravel(t *testing.T) {
	t.Parallel()
	a := newAPIs(21, 24)
	var whole drift.Run
	parts := make([]drift.Run, 3)
	one, err := drift.NewSuite(drift.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	news := make([][]*cassette.Interaction, len(a))
	olds := make([][]*cassette.Interaction, len(a))
	for n := range a {
		olds[n], news[n] = a[n].record(1, again), a[n].record(2, 0.6)
		for _, i := range olds[n] {
			if err := one.Learn(i); err != nil {
				t.Fatal(err)
			}
		}
	}
	travel := func(from, to any) {
		text, err := json.Marshal(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, to); err != nil {
			t.Fatal(err)
		}
	}
	other, err := drift.NewSuite(drift.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	travel(one, other)
	for n := range a {
		for m := range olds[n] {
			pair := drift.Pair{Old: olds[n][m], New: news[n][m], Same: m%5 > 0}
			place := drift.Place{Cassette: fmt.Sprint(n), Line: m}
			whole.Add(one.Compare(place, pair))
			parts[m%3].Add(other.Compare(place, pair))
		}
	}
	var merged drift.Run
	for _, part := range parts {
		var arrived drift.Run
		travel(part, &arrived)
		merged.Merge(arrived)
	}
	text := func(r drift.Report) string {
		for n := range r.Differences {
			r.Differences[n].Places = nil // a few of many
		}
		r.Requests = nil
		return r.Text()
	}
	if got, want := text(merged.Report()), text(whole.Report()); got != want || len(whole.Report().Differences) == 0 {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
