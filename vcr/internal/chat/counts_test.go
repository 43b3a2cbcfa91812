package chat_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/chat"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// answered returns an interaction with OpenAI's chat that got such an answer.
func answered(status int, contentType, answer string) *cassette.Interaction {
	return &cassette.Interaction{
		Request: cassette.Request{Method: "POST", URL: "https://api.openai.com/v1/chat/completions", Body: cassette.NewBody([]byte(`{"model":"asked"}`))},
		Response: cassette.Response{
			Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: cassette.NewBody([]byte(answer)),
		},
	}
}

func TestUsageOf(t *testing.T) {
	const missing = "missing"
	for name, c := range map[string]struct {
		status            int
		contentType, body string
		model, tokens     string
		flaws             []string
	}{
		"none":           {200, "application/json", `{"model":"m"}`, "asked", missing, nil},
		"null":           {200, "application/json", `{"model":"m","usage":null}`, "asked", missing, nil},
		"plain":          {200, "application/json", `{"model":"m","usage":{"prompt_tokens":3,"completion_tokens":4}}`, "m", "3 input, 4 output", nil},
		"of the request": {200, "application/json", `{"usage":{"prompt_tokens":3}}`, "asked", "3 input", nil},
		"zero":           {200, "application/json", `{"usage":{"prompt_tokens":0,"completion_tokens":0}}`, "asked", "", nil},
		"without a type": {200, "", `{"usage":{"prompt_tokens":3}}`, "asked", "3 input", nil},
		"of a failure":   {500, "application/json", `{"usage":{"prompt_tokens":3}}`, "", "", nil},
		"in the text":    {200, "application/json", `{"choices":[{"message":{"content":"\"usage\":{\"prompt_tokens\":3}","usage":{"prompt_tokens":4}}}]}`, "asked", missing, nil},
		"an array":       {200, "application/json", `{"usage":[1]}`, "asked", missing, nil},
		"named twice":    {200, "application/json", `{"usage":{"prompt_tokens":3},"usage":{"prompt_tokens":5}}`, "asked", "5 input", nil},
		"broken off":     {200, "application/json", `{"usage":{"prompt_tokens":3,"completion_tok`, "asked", "3 input", nil},
		"cached":         {200, "application/json", `{"usage":{"prompt_tokens":10,"prompt_tokens_details":{"cached_tokens":4}}}`, "asked", "6 input, 4 cached input", nil},
		"cached and heard": {200, "application/json", `{"usage":{"prompt_tokens":10,"prompt_tokens_details":{"cached_tokens":8,"audio_tokens":6}}}`,
			"asked", "8 cached input, 2 audio input", nil},
		"in the last event":   {200, "text/event-stream", "data: {\"usage\":{\"prompt_tokens\":1}}\n\ndata: {\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n\ndata: [DONE]\n\n", "asked", "3 input, 1 output", nil},
		"in no event":         {200, "text/event-stream", "data: {\"choices\":[]}\n\ndata: [DONE]\n\n", "asked", missing, nil},
		"in an event cut off": {200, "text/event-stream", "data: {\"usage\":{\"prompt_tokens\":3", "asked", "3 input", nil},

		"a text":     {200, "application/json", `{"usage":{"prompt_tokens":"sk-3","completion_tokens":4}}`, "asked", "4 output", []string{"usage.prompt_tokens is a text, not a number of tokens"}},
		"negative":   {200, "application/json", `{"usage":{"prompt_tokens":-3,"completion_tokens":4}}`, "asked", "4 output", []string{"usage.prompt_tokens is -3, not a number of tokens"}},
		"huge":       {200, "application/json", `{"usage":{"prompt_tokens":1000000001,"completion_tokens":1e999}}`, "asked", "", []string{"usage.prompt_tokens is 1000000001, not a number of tokens", "usage.completion_tokens is 1e999, not a number of tokens"}},
		"a fraction": {200, "application/json", `{"usage":{"prompt_tokens":1.5}}`, "asked", "", []string{"usage.prompt_tokens is 1.5, not a number of tokens"}},
		"an object":  {200, "application/json", `{"usage":{"prompt_tokens":{},"completion_tokens":[]}}`, "asked", "", []string{"usage.prompt_tokens is an object, not a number of tokens", "usage.completion_tokens is an array, not a number of tokens"}},
		"too large a part": {200, "application/json", `{"usage":{"completion_tokens":3,"completion_tokens_details":{"reasoning_tokens":4}}}`, "asked", "3 output",
			[]string{"usage.completion_tokens_details.reasoning_tokens is 4, more than completion_tokens, which includes it"}},
	} {
		got := chat.UsageOf(answered(c.status, c.contentType, c.body))
		tokens := got.Tokens.String()
		if got.IsMissing {
			tokens = missing
		}
		if got.Model != c.model || tokens != c.tokens || !slices.Equal(got.Flaws, c.flaws) {
			t.Errorf("%s: got %q %q %q", name, got.Model, tokens, got.Flaws)
		}
	}
	other := answered(200, "application/json", `{"usage":{"prompt_tokens":3}}`)
	other.Request.URL = "https://api.example.com/orders"
	if got := chat.UsageOf(other); got.Tokens.Total() != 0 || got.IsMissing {
		t.Errorf("another API: got %v", got)
	}
}

// The sums over the tapes of the examples are those of a walk that knows no API: it adds
// up what the bodies tell under "usage" and the like.
func TestSumsOverTheExamples(t *testing.T) {
	read, walked := map[string][2]int64{}, map[string][2]int64{}
	answers := map[string]int{}
	err := filepath.WalkDir("../../../examples", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".yaml" || !strings.Contains(filepath.ToSlash(file), "/cassettes/") {
			return err
		}
		tape, err := cassette.Load(file)
		if err != nil {
			return err
		}
		suite, _, _ := strings.Cut(filepath.ToSlash(file), "/cassettes/")
		suite = strings.TrimPrefix(suite, "../../../examples/")
		for _, i := range tape.Interactions {
			in, out := sides(chat.UsageOf(i).Tokens)
			read[suite] = [2]int64{read[suite][0] + in, read[suite][1] + out}
			in, out = walk(i)
			walked[suite] = [2]int64{walked[suite][0] + in, walked[suite][1] + out}
			if in+out > 0 {
				answers[suite]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, suite := range slices.Sorted(maps.Keys(walked)) {
		if read[suite] != walked[suite] {
			t.Errorf("%s: read %d, walked %d", suite, read[suite], walked[suite])
		}
		if answers[suite] > 0 {
			fmt.Fprintf(&table, "\n%-16s %3d answers %6d in %6d out", suite, answers[suite], read[suite][0], read[suite][1])
		}
	}
	if len(answers) < 5 {
		t.Error("there are too few tapes")
	}
	t.Log(table.String())
}

// sides adds up the tokens of questions and of answers.
func sides(tokens usage.Tokens) (in, out int64) {
	tokens.Each(func(kind usage.Kind, n int64) {
		if kind < usage.Output {
			in += n
		} else {
			out += n
		}
	})
	return in, out
}

// walk merges all that a body tells of usage, as jq would: the last of each name counts.
func walk(i *cassette.Interaction) (in, out int64) {
	if i.Response.Status != http.StatusOK {
		return 0, 0
	}
	body := i.Response.Body.Bytes()
	texts := [][]byte{body}
	for _, event := range media.Events(media.KindOf(i.Response.Header.Get("Content-Type")), body) {
		texts = append(texts, event)
	}
	told := map[string]float64{}
	for _, text := range texts {
		var parsed any
		if json.Unmarshal(text, &parsed) == nil {
			merge(told, parsed, false)
		}
	}
	number := func(names ...string) (n int64) {
		for _, name := range names {
			n = cmp.Or(n, int64(told[name]))
		}
		return n
	}
	in = number("prompt_tokens", "input_tokens", "inputTokens", "promptTokenCount", "prompt_eval_count") +
		number("cache_read_input_tokens") + number("cache_creation_input_tokens")
	out = number("completion_tokens", "output_tokens", "outputTokens", "candidatesTokenCount", "eval_count") + number("thoughtsTokenCount")
	return in, out
}

func merge(told map[string]float64, parsed any, isUsage bool) {
	switch parsed := parsed.(type) {
	case map[string]any:
		for name, value := range parsed {
			number, isNumber := value.(float64)
			if isNumber && (isUsage || strings.HasSuffix(name, "eval_count")) {
				told[name] = number
			}
			merge(told, value, strings.HasPrefix(name, "usage") || name == "billed_units")
		}
	case []any:
		for _, value := range parsed {
			merge(told, value, false)
		}
	}
}

func BenchmarkUsageOf(b *testing.B) {
	for name, i := range map[string]*cassette.Interaction{
		"answer": answered(200, "application/json", `{"id":"chatcmpl-1","object":"chat.completion","created":1767225601,"model":"gpt-5.4-mini-2026-03-17","choices":[{"index":0,"message":{"role":"assistant","content":"`+
			strings.Repeat("It is sunny in Paris. ", 20)+`","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":92,"completion_tokens":11,"total_tokens":103,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}},"service_tier":"default"}`),
		"stream": answered(200, "text/event-stream", strings.Repeat(`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-5.4-mini","choices":[{"index":0,"delta":{"content":"word"}}]}`+"\n\n", 20)+
			`data: {"model":"gpt-5.4-mini","choices":[],"usage":{"prompt_tokens":92,"completion_tokens":11,"total_tokens":103}}`+"\n\ndata: [DONE]\n\n"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(i.Response.Body.Len()))
			for b.Loop() {
				if chat.UsageOf(i).Tokens.Total() != 103 {
					b.Fatal("wrong sum")
				}
			}
		})
	}
}
