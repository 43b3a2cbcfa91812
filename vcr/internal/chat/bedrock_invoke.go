package chat

import (
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
)

// InvokeModel and InvokeModelWithResponseStream of Amazon Bedrock. Each family of models
// has bodies of its own, and the headers of an answer tell the tokens as well.
var bedrockInvoke = reader{
	api:   "Bedrock",
	talks: true,
	takes: func(at place) bool {
		return at.between("/model/", "/") != "" && at.endsIn("/invoke", "/invoke-with-response-stream")
	},
	asked: func(s *side, request value) {
		switch {
		case request.at("anthropic_version").isThere():
			askedAnthropic(s, request)
		case request.at("messages.0.content.0.type").isThere(), request.at("messages.0.content").isText():
			askedOpenAI(s, request)
		case request.at("messages").isThere():
			askedConverse(s, request)
		default:
			s.message(user).say(request.textAt("inputText") + request.textAt("prompt") + request.textAt("message"))
		}
	},
	answer: func(s *side, answer value) {
		switch {
		case answer.at("output.message").isThere():
			answeredConverse(s, answer)
		case answer.at("choices").isThere():
			answeredOpenAI(s, answer)
		case answer.at("content").isThere():
			answeredAnthropic(s, answer)
		default:
			m := s.message(assistant)
			for result := range answer.at("results").items() {
				m.say(result.textAt("outputText"))
			}
			for output := range answer.at("outputs").items() {
				m.say(output.textAt("text"))
			}
			m.say(answer.textAt("generation") + answer.textAt("text"))
		}
	},
	event: func(s *side, name string, event value) {
		for _, kind := range []string{"contentBlockStart", "contentBlockDelta"} { // of Nova
			if inner := event.at(kind); inner.isThere() {
				streamedConverse(s, kind, inner)
				return
			}
		}
		if event.at("choices").isThere() {
			streamedOpenAI(s, name, event)
			return
		}
		streamedAnthropic(s, name, event)
		m := s.choice(0).at(Said, 0)
		m.write(event.textAt("outputText") + event.textAt("generation"))
		for output := range event.at("outputs").items() {
			m.write(output.textAt("text"))
		}
	},
	counts: []counts{
		countsOfAnthropic,
		countsOfConverse,
		countsOfOpenAI("usage"),
		{mark: `"amazon-bedrock-invocationMetrics"`, at: []string{"amazon-bedrock-invocationMetrics"}, fields: []field{
			{"inputTokenCount", usage.Input, ""},
			{"cacheReadInputTokenCount", usage.CachedInput, ""},
			{"cacheWriteInputTokenCount", usage.CacheWrite, ""},
			{"outputTokenCount", usage.Output, ""},
		}},
		{mark: `_token_count"`, at: []string{""}, fields: []field{ // of Llama
			{"prompt_token_count", usage.Input, ""},
			{"generation_token_count", usage.Output, ""},
		}},
		{mark: `"inputTextTokenCount"`, at: []string{""}, fields: []field{ // of Titan
			{"inputTextTokenCount", usage.Input, ""},
			{"results.0.tokenCount", usage.Output, ""},
		}},
	},
}

// bedrockEmbeddings are the models that make vectors, of Amazon and of Cohere.
var bedrockEmbeddings = reader{
	api: "Bedrock embeddings",
	takes: func(at place) bool {
		return strings.Contains(at.between("/model/", "/"), "embed") && at.endsIn("/invoke")
	},
	asked: func(s *side, request value) {
		s.texts(request.at("inputText"))
		s.texts(request.at("texts"))
	},
	answer: answeredVectors,
	counts: []counts{{mark: `"inputTextTokenCount"`, at: []string{""}, isOptional: true, fields: []field{{"inputTextTokenCount", usage.Embedding, ""}}}},
}
