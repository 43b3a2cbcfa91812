package chat

import "github.com/seed-e117020a/ginkgo-vcr/internal/usage"

// Anthropic's Messages, and what Vertex offers in the same form.
var anthropic = reader{
	api:   "Anthropic",
	talks: true,
	takes: func(at place) bool {
		return at.endsIn("/v1/messages") || at.between("/publishers/anthropic/models/", ":") != "" && at.endsIn("awPredict")
	},
	asked:  askedAnthropic,
	answer: answeredAnthropic,
	event:  streamedAnthropic,
	counts: []counts{countsOfAnthropic},
}

var countsOfAnthropic = counts{mark: `"usage"`, at: []string{"message.usage", "usage"}, fields: []field{
	{"input_tokens", usage.Input, ""},
	{"cache_read_input_tokens", usage.CachedInput, ""},
	{"cache_creation_input_tokens", usage.CacheWrite, ""},
	{"output_tokens", usage.Output, ""},
}}

func askedAnthropic(s *side, request value) {
	s.message(system).blocks(request.at("system"))
	for message := range request.at("messages").items() {
		m := s.message(roleOf(message.textAt("role")))
		m.blocks(message.at("content"))
		if m.isResult() {
			m.role = tool
		}
	}
}

func answeredAnthropic(s *side, answer value) {
	s.named(answer.textAt("model"))
	s.message(assistant).blocks(answer.at("content"))
}

func streamedAnthropic(s *side, _ string, event value) {
	m, n := s.choice(0), event.at("index").index()
	switch event.textAt("type") {
	case "message_start":
		s.named(event.textAt("message.model"))
	case "content_block_start":
		if block := event.at("content_block"); block.at("name").isThere() {
			call := m.at(Called, n)
			call.id, call.name = block.textAt("id"), block.textAt("name")
		}
	case "content_block_delta":
		delta := event.at("delta")
		m.at(Said, n).write(delta.textAt("text"))
		m.at(Thought, n).write(delta.textAt("thinking"))
		m.at(Called, n).write(delta.textAt("partial_json"))
	}
}

// blocks adds a text, or the blocks of a list.
func (m *message) blocks(v value) {
	m.say(v.text())
	for block := range v.items() {
		switch kind := block.textAt("type"); kind {
		case "text":
			m.say(block.textAt("text"))
		case "thinking":
			m.think(block.textAt("thinking"))
		case "tool_use", "server_tool_use", "mcp_tool_use":
			m.call(block.textAt("id"), block.textAt("name"), block.at("input").json())
		case "tool_result", "mcp_tool_result":
			m.result(block.textAt("tool_use_id"), textOf(block.at("content")))
		case "image", "document":
			m.attach(file(block.textAt("source.media_type"), block.textAt("source.data")+block.textAt("source.url")))
		default:
			m.attach(kind)
		}
	}
}

// isResult reports whether a message is the result of a call and no more.
func (m *message) isResult() bool {
	for _, p := range m.pieces {
		if p.kind != Returned {
			return false
		}
	}
	return len(m.pieces) > 0
}
