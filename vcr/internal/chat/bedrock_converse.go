package chat

import (
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
)

// Converse and ConverseStream of Amazon Bedrock.
var bedrockConverse = reader{
	api:    "Bedrock Converse",
	talks:  true,
	takes:  func(at place) bool { return at.endsIn("/converse", "/converse-stream") },
	asked:  askedConverse,
	answer: answeredConverse,
	event:  streamedConverse,
	counts: []counts{countsOfConverse},
}

var countsOfConverse = counts{mark: `"usage"`, at: []string{"usage", "metadata.usage"}, fields: []field{
	{"inputTokens", usage.Input, ""},
	{"cacheReadInputTokens", usage.CachedInput, ""},
	{"cacheWriteInputTokens", usage.CacheWrite, ""},
	{"outputTokens", usage.Output, ""},
}}

func askedConverse(s *side, request value) {
	s.message(system).converse(request.at("system"))
	for message := range request.at("messages").items() {
		m := s.message(roleOf(message.textAt("role")))
		m.converse(message.at("content"))
		if m.isResult() {
			m.role = tool
		}
	}
}

func answeredConverse(s *side, answer value) {
	s.message(assistant).converse(answer.at("output.message.content"))
}

func streamedConverse(s *side, name string, event value) {
	if strings.HasSuffix(name, "Exception") {
		s.fail(failure(event))
		return
	}
	m, n := s.choice(0), event.at("contentBlockIndex").index()
	if started := event.at("start.toolUse"); started.isThere() {
		call := m.at(Called, n)
		call.id, call.name = started.textAt("toolUseId"), started.textAt("name")
	}
	if delta := event.at("delta"); delta.isThere() {
		m.at(Said, n).write(delta.textAt("text"))
		m.at(Thought, n).write(delta.textAt("reasoningContent.text"))
		m.at(Called, n).write(delta.textAt("toolUse.input"))
	}
}

// converse adds the blocks of a list, of which each has one member.
func (m *message) converse(blocks value) {
	for block := range blocks.items() {
		m.say(block.textAt("text"))
		m.think(block.textAt("reasoningContent.reasoningText.text"))
		if call := block.at("toolUse"); call.isThere() {
			m.call(call.textAt("toolUseId"), call.textAt("name"), call.at("input").json())
		}
		if result := block.at("toolResult"); result.isThere() {
			p := m.add(Returned)
			p.id = result.textAt("toolUseId")
			for content := range result.at("content").items() {
				p.write(content.textAt("text") + content.at("json").json())
			}
		}
		for _, kind := range []string{"image", "document", "video"} {
			if data := block.at(kind); data.isThere() {
				m.attach(file(kind, data.textAt("source.bytes")+data.textAt("source.s3Location.uri")))
			}
		}
	}
}
