package chat

import "github.com/seed-e117020a/ginkgo-vcr/internal/usage"

// Ollama's chat and generate. The last line of a stream tells the tokens.
var ollama = reader{
	api:   "Ollama",
	talks: true,
	takes: func(at place) bool { return at.endsIn("/api/chat", "/api/generate") },
	asked: func(s *side, request value) {
		s.message(system).say(request.textAt("system"))
		for message := range request.at("messages").items() {
			s.message(roleOf(message.textAt("role"))).ollama(message)
		}
		m := s.message(user)
		m.say(request.textAt("prompt"))
		m.images(request.at("images"))
	},
	answer: answeredOllama,
	event:  func(s *side, _ string, event value) { answeredOllama(s, event) },
	counts: []counts{{mark: `eval_count"`, at: []string{""}, fields: []field{
		{"prompt_eval_count", usage.Input, ""},
		{"eval_count", usage.Output, ""},
	}}},
}

// ollamaEmbeddings are vectors. The older path tells no tokens.
var ollamaEmbeddings = reader{
	api:   "Ollama embeddings",
	takes: func(at place) bool { return at.endsIn("/api/embed", "/api/embeddings") },
	asked: func(s *side, request value) {
		s.texts(request.at("input"))
		s.texts(request.at("prompt"))
	},
	answer: answeredVectors,
	counts: []counts{{mark: `"prompt_eval_count"`, at: []string{""}, isOptional: true, fields: []field{{"prompt_eval_count", usage.Embedding, ""}}}},
}

// answeredOllama reads an answer or a line, which adds to those before it.
func answeredOllama(s *side, answer value) {
	s.named(answer.textAt("model"))
	m := s.choice(0)
	if text := answer.textAt("thinking"); text != "" {
		m.last(Thought).write(text)
	}
	if text := answer.textAt("response"); text != "" {
		m.last(Said).write(text)
	}
	m.ollama(answer.at("message"))
}

func (m *message) ollama(v value) {
	if text := v.textAt("thinking"); text != "" {
		m.last(Thought).write(text)
	}
	switch text := v.textAt("content"); {
	case m.role == tool:
		m.result(v.textAt("tool_name"), text)
	case text != "":
		m.last(Said).write(text)
	}
	m.images(v.at("images"))
	for call := range v.at("tool_calls").items() {
		m.call(call.textAt("id"), call.textAt("function.name"), call.at("function.arguments").json())
	}
}

func (m *message) images(list value) {
	for image := range list.items() {
		m.attach(file("image", image.text()))
	}
}
