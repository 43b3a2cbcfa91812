package chat

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
)

// OpenAI's Chat Completions, and what Azure and many others offer in the same form.
var openAIChat = reader{
	api:    "OpenAI chat",
	talks:  true,
	takes:  func(at place) bool { return at.endsIn("/chat/completions", "/v1/completions") },
	asked:  askedOpenAI,
	answer: answeredOpenAI,
	event:  streamedOpenAI,
	counts: []counts{countsOfOpenAI("usage")},
}

// countsOfOpenAI are those of a service in OpenAI's form.
func countsOfOpenAI(at ...string) counts {
	return counts{mark: `"usage"`, at: at, fields: []field{
		{"prompt_tokens", usage.Input, ""},
		{"prompt_tokens_details.cached_tokens", usage.CachedInput, "prompt_tokens"},
		{"prompt_tokens_details.audio_tokens", usage.AudioInput, "prompt_tokens"},
		{"completion_tokens", usage.Output, ""},
		{"completion_tokens_details.reasoning_tokens", usage.Reasoning, "completion_tokens"},
		{"completion_tokens_details.audio_tokens", usage.AudioOutput, "completion_tokens"},
	}}
}

func askedOpenAI(s *side, request value) {
	for message := range request.at("messages").items() {
		s.openAI(message)
	}
	s.message(user).say(request.textAt("prompt")) // of a completion without a chat
}

func answeredOpenAI(s *side, answer value) {
	s.named(answer.textAt("model"))
	for choice := range answer.at("choices").items() {
		if message := choice.at("message"); message.isThere() {
			s.openAI(message)
		} else {
			s.message(assistant).say(choice.textAt("text"))
		}
	}
}

// openAI adds a message.
func (s *side) openAI(v value) {
	m := s.message(roleOf(v.textAt("role")))
	m.think(v.textAt("reasoning_content"))
	m.think(v.textAt("reasoning"))
	m.think(v.textAt("tool_plan")) // of Cohere
	if id := v.textAt("tool_call_id"); id != "" {
		m.result(id, textOf(v.at("content")))
	} else {
		m.content(v.at("content"))
	}
	m.say(v.textAt("refusal"))
	for call := range v.at("tool_calls").items() {
		m.call(call.textAt("id"), call.textAt("function.name"), call.at("function.arguments").json())
	}
	if v.at("audio.data").isThere() {
		m.attach(file("audio", v.textAt("audio.data")))
		m.say(v.textAt("audio.transcript"))
	}
}

func streamedOpenAI(s *side, _ string, event value) {
	s.named(event.textAt("model"))
	for choice := range event.at("choices").items() {
		m, delta := s.choice(choice.at("index").index()), choice.at("delta")
		m.at(Thought, 0).write(delta.textAt("reasoning_content") + delta.textAt("reasoning"))
		m.at(Said, 0).write(choice.textAt("text"))
		m.streamedContent(delta.at("content"))
		m.at(Said, 0).write(delta.textAt("refusal"))
		for call := range delta.at("tool_calls").items() {
			p := m.at(Called, call.at("index").index())
			p.id, p.name = cmp.Or(p.id, call.textAt("id")), cmp.Or(p.name, call.textAt("function.name"))
			p.write(call.at("function.arguments").json())
		}
	}
}

// content adds what a message holds: a text, or a list of pieces with a type each.
func (m *message) content(v value) {
	m.say(v.text())
	for piece := range v.items() {
		switch kind := piece.textAt("type"); kind {
		case "text", "input_text", "output_text":
			m.say(piece.textAt("text"))
		case "refusal":
			m.say(piece.textAt("refusal"))
		case "thinking":
			m.think(textOf(piece.at("thinking")))
		case "image_url", "input_image":
			m.attach(file("image", piece.textAt("image_url.url")+piece.textAt("image_url")))
		case "input_audio":
			m.attach(file("audio", piece.textAt("input_audio.data")))
		case "":
			m.say(piece.text())
		default:
			m.attach(file(kind, piece.textAt("file.filename")+piece.textAt("filename")))
		}
	}
}

// streamedContent adds what an event brings of it.
func (m *message) streamedContent(v value) {
	m.at(Said, 0).write(v.text())
	for piece := range v.items() {
		if thought := piece.at("thinking"); thought.isThere() {
			m.at(Thought, 0).write(textOf(thought))
		} else {
			m.at(Said, 0).write(piece.textAt("text"))
		}
	}
}

// textOf returns a text, or those of the pieces of a list.
func textOf(content value) string {
	if content.isText() {
		return content.text()
	}
	var text strings.Builder
	for piece := range content.items() {
		text.WriteString(piece.textAt("text"))
	}
	return text.String()
}

// file says what is attached, from its URL or its data in base64.
func file(kind, data string) string {
	if rest, ok := strings.CutPrefix(data, "data:"); ok {
		kind, data, _ = strings.Cut(rest, ";base64,")
	}
	if len(data) <= maxName && (strings.Contains(data, ":") || strings.Contains(data, ".")) {
		return kind + " " + data
	}
	if data == "" {
		return kind
	}
	return fmt.Sprintf("%s, %d bytes", kind, len(data)/4*3-strings.Count(data[len(data)-min(2, len(data)):], "="))
}

// maxName is the length of what may be the name or the URL of a file.
const maxName = 500
