package chat

import "github.com/seed-e117020a/ginkgo-vcr/internal/usage"

// OpenAI's Responses.
var openAIResponses = reader{
	api:   "OpenAI responses",
	talks: true,
	takes: func(at place) bool { return at.endsIn("/responses") },
	asked: func(s *side, request value) {
		s.message(system).say(request.textAt("instructions"))
		input := request.at("input")
		s.message(user).say(input.text())
		for item := range input.items() {
			s.item(item)
		}
	},
	answer: answeredResponse,
	event: func(s *side, name string, event value) {
		switch event.textAt("type") {
		case "response.completed", "response.incomplete", "response.failed":
			*s = side{} // the whole answer stands here again
			answeredResponse(s, event.at("response"))
			return
		}
		s.named(event.textAt("response.model"))
		m, n := s.choice(0), event.at("output_index").index()
		switch event.textAt("type") {
		case "response.output_text.delta", "response.refusal.delta":
			m.at(Said, n).write(event.textAt("delta"))
		case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
			m.at(Thought, n).write(event.textAt("delta"))
		case "response.output_item.added":
			if item := event.at("item"); item.textAt("type") == "function_call" {
				call := m.at(Called, n)
				call.id, call.name = item.textAt("call_id"), item.textAt("name")
			}
		case "response.function_call_arguments.delta":
			m.at(Called, n).write(event.textAt("delta"))
		}
	},
	counts: []counts{{mark: `"usage"`, at: []string{"usage", "response.usage"}, fields: []field{
		{"input_tokens", usage.Input, ""},
		{"input_tokens_details.cached_tokens", usage.CachedInput, "input_tokens"},
		{"output_tokens", usage.Output, ""},
		{"output_tokens_details.reasoning_tokens", usage.Reasoning, "output_tokens"},
	}}},
}

// answeredResponse reads the steps of an answer as one message.
func answeredResponse(s *side, answer value) {
	s.named(answer.textAt("model"))
	if failed := answer.at("error"); failed.isThere() {
		s.fail(failure(answer))
	}
	m := s.message(assistant)
	for item := range answer.at("output").items() {
		m.item(item)
	}
}

// item adds an item of the input as a message of its own.
func (s *side) item(v value) {
	role := roleOf(v.textAt("role"))
	switch v.textAt("type") {
	case "function_call", "reasoning", "custom_tool_call":
		role = assistant
	case "function_call_output", "custom_tool_call_output":
		role = tool
	}
	s.message(role).item(v)
}

func (m *message) item(v value) {
	switch kind := v.textAt("type"); kind {
	case "", "message":
		m.content(v.at("content"))
	case "reasoning":
		m.think(textOf(v.at("summary")) + textOf(v.at("content")))
	case "function_call":
		m.call(v.textAt("call_id"), v.textAt("name"), v.at("arguments").json())
	case "custom_tool_call":
		m.call(v.textAt("call_id"), v.textAt("name"), v.textAt("input"))
	case "function_call_output", "custom_tool_call_output":
		output := v.at("output")
		m.result(v.textAt("call_id"), textOf(output))
	default: // a tool of the service itself
		m.attach(kind)
	}
}
