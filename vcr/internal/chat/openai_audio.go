package chat

import (
	"fmt"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
)

// OpenAI's transcriptions and translations of speech. Some models count seconds.
var openAITranscriptions = reader{
	api:   "OpenAI transcription",
	takes: func(at place) bool { return at.endsIn("/audio/transcriptions", "/audio/translations") },
	asked: func(s *side, request value) {
		m := s.message(user)
		m.attach(request.textAt("file"))
		m.say(request.textAt("prompt"))
	},
	answer: func(s *side, answer value) { s.message(assistant).say(answer.textAt("text")) },
	event: func(s *side, _ string, event value) {
		if event.textAt("type") == "transcript.text.delta" {
			s.choice(0).at(Said, 0).write(event.textAt("delta"))
		}
	},
	raw: func(s *side, _ string, answer []byte) { s.message(assistant).say(string(answer)) },
	counts: []counts{{mark: `"usage"`, at: []string{"usage"}, isOptional: true, fields: []field{
		{"input_tokens", usage.Input, ""},
		{"input_token_details.audio_tokens", usage.AudioInput, "input_tokens"},
		{"output_tokens", usage.Output, ""},
	}}},
}

// OpenAI's speech. Only a stream tells its tokens.
var openAISpeech = reader{
	api:   "OpenAI speech",
	takes: func(at place) bool { return at.endsIn("/audio/speech") },
	asked: func(s *side, request value) {
		s.message(system).say(request.textAt("instructions"))
		s.message(user).say(request.textAt("input"))
	},
	answer: func(*side, value) {},
	event: func(s *side, _ string, event value) {
		if event.textAt("type") == "speech.audio.done" {
			s.message(assistant).attach("audio")
		}
	},
	raw: func(s *side, contentType string, answer []byte) {
		s.message(assistant).attach(fmt.Sprintf("%s, %d bytes", contentType, len(answer)))
	},
	counts: []counts{{mark: `"usage"`, at: []string{"usage"}, isOptional: true, fields: []field{
		{"input_tokens", usage.Input, ""},
		{"output_tokens", usage.AudioOutput, ""},
	}}},
}
