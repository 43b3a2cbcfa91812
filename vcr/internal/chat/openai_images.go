package chat

import (
	"cmp"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
)

// OpenAI's images: made, edited and varied.
var openAIImages = reader{
	api:   "OpenAI images",
	takes: func(at place) bool { return at.endsIn("/images/generations", "/images/edits", "/images/variations") },
	asked: func(s *side, request value) {
		m := s.message(user)
		m.say(request.textAt("prompt"))
		for _, name := range []string{"image", "image[]", "mask"} {
			m.attach(request.textAt(name))
		}
	},
	answer: func(s *side, answer value) {
		for picture := range answer.at("data").items() {
			m := s.message(assistant)
			m.attach(file("image", picture.textAt("b64_json")+picture.textAt("url")))
			m.say(picture.textAt("revised_prompt"))
		}
	},
	event: func(s *side, _ string, event value) {
		switch event.textAt("type") {
		case "image_generation.completed", "image_edit.completed":
			s.message(assistant).attach(file(cmp.Or(event.textAt("output_format"), "image"), event.textAt("b64_json")))
		}
	},
	counts: []counts{{mark: `"usage"`, at: []string{"usage"}, isOptional: true, fields: []field{
		{"input_tokens", usage.Input, ""},
		{"input_tokens_details.cached_tokens", usage.CachedInput, "input_tokens"},
		{"input_tokens_details.image_tokens", usage.ImageInput, "input_tokens"},
		{"output_tokens", usage.ImageOutput, ""},
	}}},
}
