package chat

import (
	"fmt"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
)

// Embeddings in OpenAI's form.
var openAIEmbeddings = reader{
	api:   "OpenAI embeddings",
	takes: func(at place) bool { return at.endsIn("/embeddings") && !at.endsIn("/api/embeddings") },
	asked: func(s *side, request value) { s.texts(request.at("input")) },
	answer: func(s *side, answer value) {
		s.named(answer.textAt("model"))
		s.vectors(answer.at("data"))
	},
	counts: []counts{{mark: `"usage"`, at: []string{"usage"}, fields: []field{{"prompt_tokens", usage.Embedding, ""}}}},
}

// texts adds a text, or each of a list.
func (s *side) texts(input value) {
	m := s.message(user)
	m.say(input.text())
	for text := range input.items() {
		m.say(text.text())
	}
}

// answeredVectors reads an answer that holds one vector or a list of them.
func answeredVectors(s *side, answer value) {
	s.named(answer.textAt("model"))
	s.vectors(answer.at("embeddings"))
	if answer.at("embedding").isThere() {
		s.message(assistant).attach("1 vector")
	}
}

// vectors says how many there are.
func (s *side) vectors(list value) {
	n := 0
	for range list.items() {
		n++
	}
	switch n {
	case 0:
	case 1:
		s.message(assistant).attach("1 vector")
	default:
		s.message(assistant).attach(fmt.Sprintf("%d vectors", n))
	}
}
