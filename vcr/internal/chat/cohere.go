package chat

import "github.com/seed-e117020a/ginkgo-vcr/internal/usage"

// Cohere's chat. What it bills counts, where it tells that too.
var cohere = reader{
	api:    "Cohere",
	talks:  true,
	takes:  func(at place) bool { return at.endsIn("/v2/chat") },
	asked:  askedOpenAI,
	answer: func(s *side, answer value) { s.openAI(answer.at("message")) },
	event: func(s *side, _ string, event value) {
		m, n, message := s.choice(0), event.at("index").index(), event.at("delta.message")
		m.at(Thought, n).write(message.textAt("tool_plan") + message.textAt("content.thinking"))
		m.at(Said, n).write(message.textAt("content.text"))
		call := message.at("tool_calls")
		if id := call.textAt("id"); id != "" {
			started := m.at(Called, n)
			started.id, started.name = id, call.textAt("function.name")
		}
		m.at(Called, n).write(call.textAt("function.arguments"))
	},
	counts: countsOfCohere("usage", "delta.usage"),
}

// cohereFirst is version 1 of its chat.
var cohereFirst = reader{
	api:   "Cohere",
	talks: true,
	takes: func(at place) bool { return at.endsIn("/v1/chat") },
	asked: func(s *side, request value) {
		s.message(system).say(request.textAt("preamble"))
		for message := range request.at("chat_history").items() {
			s.message(roleOf(message.textAt("role"))).say(message.textAt("message"))
		}
		s.message(user).say(request.textAt("message"))
		for result := range request.at("tool_results").items() {
			s.message(tool).result(result.textAt("call.name"), result.at("outputs").json())
		}
	},
	answer: answeredCohereFirst,
	event: func(s *side, _ string, event value) {
		switch event.textAt("event_type") {
		case "text-generation":
			s.choice(0).at(Said, 0).write(event.textAt("text"))
		case "stream-end":
			*s = side{} // the whole answer stands here again
			answeredCohereFirst(s, event.at("response"))
		}
	},
	counts: countsOfCohere("meta", "response.meta"),
}

func answeredCohereFirst(s *side, answer value) {
	m := s.message(assistant)
	m.say(answer.textAt("text"))
	for call := range answer.at("tool_calls").items() {
		m.call("", call.textAt("name"), call.at("parameters").json())
	}
}

var cohereEmbeddings = reader{
	api:   "Cohere embeddings",
	takes: func(at place) bool { return at.endsIn("/v1/embed", "/v2/embed") },
	asked: func(s *side, request value) { s.texts(request.at("texts")) },
	answer: func(s *side, answer value) {
		s.vectors(answer.at("embeddings"))
		s.vectors(answer.at("embeddings.float"))
	},
	counts: []counts{{mark: `"billed_units"`, at: []string{"meta.billed_units"}, isOptional: true, fields: []field{
		{"input_tokens", usage.Embedding, ""},
		{"image_tokens", usage.ImageInput, ""},
	}}},
}

func countsOfCohere(at ...string) []counts {
	var list []counts
	for _, name := range []string{"billed_units", "tokens"} {
		c := counts{mark: `"` + name + `"`, fields: []field{
			{"input_tokens", usage.Input, ""},
			{"output_tokens", usage.Output, ""},
		}}
		for _, path := range at {
			c.at = append(c.at, path+"."+name)
		}
		list = append(list, c)
	}
	return list
}
