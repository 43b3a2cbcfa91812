package matching_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
)

// What may be edited in the requests of the vendors, and what not.
func TestAmendable(t *testing.T) {
	const openAI = `{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"Hi"}]},{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},` +
		`{"type":"function_call_output","call_id":"c1","output":"1"}],"instructions":"Old.","text":{"verbosity":"low","format":{"type":"json_schema"}}}`
	const anthropic = `{"model":"m","max_tokens":9,"system":[{"type":"text","text":"Old.","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"Hi"},` +
		`{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"1"}]}]}`
	const gemini = `{"systemInstruction":{"parts":[{"text":"Old."}]},"contents":[{"role":"user","parts":[{"text":"Hi"},{"inlineData":{"mimeType":"image/png","data":"aGk="}}]},` +
		`{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"b":1}}}]}],` +
		`"toolConfig":{"functionCallingConfig":{"mode":"ANY"}},"generationConfig":{"temperature":1,"responseSchema":{"type":"OBJECT"}}}`
	const ollama = `{"model":"m","prompt":"Hi","system":"Old.","format":{"type":"object"},"options":{"seed":1},"stream":false}`
	cases := []struct{ name, recorded, old, now, beyond string }{
		{"OpenAI: instructions", openAI, `"Old."`, `"New."`, ""},
		{"OpenAI: what the user said", openAI, `"Hi"`, `"Hello"`, ""},
		{"OpenAI: arguments", openAI, `"{}"`, `"{\"a\":1}"`, ""},
		{"OpenAI: the result of a tool", openAI, `"output":"1"`, `"output":"2"`, ""},
		{"OpenAI: a schema", openAI, `"format":{"type":"json_schema"}`, `"format":{"type":"json_object"}`, ""},
		{"OpenAI: what is beside a schema", openAI, `"low"`, `"high"`, "body $.text.verbosity"},
		{"OpenAI: which call", openAI, `"c1","output"`, `"c2","output"`, "body $.input[1].call_id"},
		{"OpenAI: which function", openAI, `"name":"f"`, `"name":"g"`, "body $.input[0].name"},
		{"OpenAI: the model", openAI, `"m"`, `"n"`, "body $.model"},
		{"Anthropic: the system prompt", anthropic, "Old.", "New.", ""},
		{"Anthropic: a mark for the cache", anthropic, `,"cache_control":{"type":"ephemeral"}`, "", ""},
		{"Anthropic: arguments", anthropic, `{"a":1}`, `{"b":2}`, ""},
		{"Anthropic: a tool", anthropic, `"max_tokens"`, `"tools":[{"name":"f"}],"max_tokens"`, ""},
		{"Anthropic: which call", anthropic, `"t1","content"`, `"t2","content"`, "body $.messages[1].content[0].tool_use_id"},
		{"Anthropic: a setting", anthropic, `"max_tokens":9`, `"max_tokens":10`, "body $.max_tokens"},
		{"Gemini: the system prompt", gemini, "Old.", "New.", ""},
		{"Gemini: arguments and results", gemini, `{"b":1}`, `{"c":1}`, ""},
		{"Gemini: which tools may be called", gemini, `"ANY"`, `"AUTO"`, ""},
		{"Gemini: a schema", gemini, `"OBJECT"`, `"ARRAY"`, ""},
		{"Gemini: an image", gemini, `"aGk="`, `"aGo="`, "body $.contents[0].parts[0].inlineData.data"},
		{"Gemini: a setting", gemini, `"temperature":1`, `"temperature":0`, "body $.generationConfig.temperature"},
		{"Ollama: the prompt", ollama, `"Hi"`, `"Hello"`, ""},
		{"Ollama: a schema", ollama, `{"type":"object"}`, `{"type":"array"}`, ""},
		{"Ollama: a setting", ollama, `"seed":1`, `"seed":2`, "body $.options.seed"},
		{"Ollama: to stream or not", ollama, `"stream":false`, `"stream":true`, "body $.stream"},
	}
	m := matcherOf(t, matching.Rules{})
	for _, c := range cases {
		if strings.Count(c.recorded, c.old) != 1 {
			t.Errorf("%s: %s is not there once", c.name, c.old)
		}
		index, why, err := m.Amendable(post(ofJSON, strings.Replace(c.recorded, c.old, c.now, 1)), []cassette.Request{post(ofJSON, c.recorded)}, placed)
		want, wantIndex := "", 0
		if c.beyond != "" {
			want, wantIndex = "recording 1 differs in more than a prompt, the tools or a schema: "+c.beyond, -1
		}
		if index != wantIndex || why != want || err != nil {
			t.Errorf("%s: got %d, %q, %v; want %q", c.name, index, why, err, want)
		}
	}
}

func placed(index int) matching.Place { return matching.Place{Recording: index + 1} }

// Which of several recordings is the nearest, beyond doubt.
func TestAmendableIsTheNearest(t *testing.T) {
	says := func(system, tools string, said ...string) cassette.Request {
		var messages []string
		for n, text := range append([]string{system}, said...) {
			messages = append(messages, fmt.Sprintf(`{"role":%q,"content":%q}`, []string{"system", "user", "assistant", "user"}[n], text))
		}
		return post(ofJSON, fmt.Sprintf(`{"messages":[%s],"tools":[%s]}`, strings.Join(messages, ","), tools))
	}
	long := strings.Repeat("Mind the gap between the train and the platform. ", 20)
	const tool = `{"name":"depth","parameters":{"type":"object","properties":{"berth":{"type":"integer"}}}}`
	cases := []struct {
		name       string
		recordings []cassette.Request
		request    cassette.Request
		index      int
		why        string
	}{
		{"a system prompt that is written anew", []cassette.Request{says("Known: tides.", "", "When?"), says("Known: locks.", "", "Where?")}, says(long+"Known: tides.", "", "When?"), 0, ""},
		{"the turns of a conversation", []cassette.Request{says("Old.", "", "a"), says("Old.", "", "a", "b", "c")}, says("New.", "", "a", "b", "c"), 1, ""},
		{"another tool is more than another question", []cassette.Request{says("Old.", tool, "Why?"), says("Old.", tool+","+tool, "Who?")}, says("New.", tool+","+strings.Replace(tool, "depth", "tide", 1), "Why?"), 0, ""},
		{"tools tell where nothing else does", []cassette.Request{says("Old.", "", "Why?"), says("Old.", tool, "Why?")}, says("New.", strings.Replace(tool, "berth", "number", 1), "Why?"), 1, ""},
		{"a word in a long text", []cassette.Request{says(long, "", "In French?"), says(long, "", "In other words?")}, says(long, "", "Now in French?"), 0, ""},
		{"a question that is like two", []cassette.Request{says("Old.", "", "Where is berth 4?"), says("Old.", "", "Where is berth 5?")}, says("Old.", "", "Where is berth 6?"), -1, "recording 1 and recording 2 are equally near"},
		{"two of which each has something", []cassette.Request{says("A.", "", "Why?"), says("B.", "", "Who?")}, says("A.", "", "Who?"), -1, "recording 1 and recording 2 are equally near"},
		{"equal recordings", []cassette.Request{says("Old.", "", "Why?"), says("Old.", "", "Why?")}, says("New.", "", "Why?"), 0, ""},
		{"another path", []cassette.Request{request("POST", "http://h/other", ofJSON, "{}"), request("GET", "http://h/", "", "")}, says("New.", "", "Why?"), -1, "no recording of its method and path is left"},
		{"another host", []cassette.Request{request("POST", "https://other/v1/chat?b=2&a=1", ofJSON, says("Old.", "", "Why?").Body.String())}, says("New.", "", "Why?"), -1,
			"recording 1 differs in more than a prompt, the tools or a schema: host"},
	}
	m := matcherOf(t, matching.Rules{})
	for _, c := range cases {
		index, why, err := m.Amendable(c.request, c.recordings, placed)
		if index != c.index || why != c.why || err != nil {
			t.Errorf("%s: got %d, %q, %v", c.name, index, why, err)
		}
	}
}
