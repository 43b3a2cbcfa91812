package chat

import (
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
)

// Google's Gemini, of the Gemini API and of Vertex.
var gemini = reader{
	api:   "Gemini",
	talks: true,
	takes: func(at place) bool { return at.endsIn(":generateContent", ":streamGenerateContent") },
	asked: func(s *side, request value) {
		for _, name := range []string{"systemInstruction", "system_instruction"} {
			s.message(system).geminiPieces(request.at(name + ".parts"))
		}
		for content := range request.at("contents").items() {
			m := s.message(roleOf(content.textAt("role")))
			m.geminiPieces(content.at("parts"))
			if m.isResult() {
				m.role = tool
			}
		}
	},
	answer: answeredGemini,
	event:  func(s *side, _ string, event value) { answeredGemini(s, event) },
	counts: []counts{{mark: `"usageMetadata"`, at: []string{"usageMetadata"}, fields: []field{
		{"promptTokenCount", usage.Input, ""},
		{"toolUsePromptTokenCount", usage.Input, ""},
		{"cachedContentTokenCount", usage.CachedInput, "promptTokenCount"},
		{"promptTokensDetails.modality=AUDIO.tokenCount", usage.AudioInput, "promptTokenCount"},
		{"promptTokensDetails.modality=IMAGE.tokenCount", usage.ImageInput, "promptTokenCount"},
		{"candidatesTokenCount", usage.Output, ""},
		{"candidatesTokensDetails.modality=AUDIO.tokenCount", usage.AudioOutput, "candidatesTokenCount"},
		{"candidatesTokensDetails.modality=IMAGE.tokenCount", usage.ImageOutput, "candidatesTokenCount"},
		{"thoughtsTokenCount", usage.Reasoning, ""},
	}}},
}

// geminiEmbeddings are vectors, which do not always tell their tokens.
var geminiEmbeddings = reader{
	api:   "Gemini embeddings",
	takes: func(at place) bool { return at.endsIn(":embedContent", ":batchEmbedContents") },
	asked: func(s *side, request value) {
		s.message(user).geminiPieces(request.at("content.parts"))
		for one := range request.at("requests").items() {
			s.message(user).geminiPieces(one.at("content.parts"))
		}
	},
	answer: answeredVectors,
	counts: []counts{{mark: `"usageMetadata"`, at: []string{"usageMetadata"}, isOptional: true, fields: []field{{"promptTokenCount", usage.Embedding, ""}}}},
}

// answeredGemini reads an answer, or an event, which adds to the pieces before it.
func answeredGemini(s *side, answer value) {
	s.named(answer.textAt("modelVersion"))
	for candidate := range answer.at("candidates").items() {
		s.choice(candidate.at("index").index()).geminiPieces(candidate.at("content.parts"))
	}
}

func (m *message) geminiPieces(pieces value) {
	for piece := range pieces.items() {
		kind := Said
		if string(piece.at("thought")) == "true" {
			kind = Thought
		}
		if text := piece.textAt("text"); text != "" {
			m.last(kind).write(text)
		}
		if call := piece.at("functionCall"); call.isThere() {
			m.call(call.textAt("id"), call.textAt("name"), call.at("args").json())
		}
		if result := piece.at("functionResponse"); result.isThere() {
			m.result(result.textAt("id")+result.textAt("name"), result.at("response").json())
		}
		for _, name := range []string{"inlineData", "inline_data", "fileData", "file_data"} {
			if data := piece.at(name); data.isThere() {
				m.attach(file(strings.Join([]string{data.textAt("mimeType"), data.textAt("mime_type")}, ""), data.textAt("data")+data.textAt("fileUri")+data.textAt("file_uri")))
			}
		}
		if code := piece.at("executableCode"); code.isThere() {
			m.call("", strings.ToLower(code.textAt("language")), code.textAt("code"))
		}
		if result := piece.at("codeExecutionResult"); result.isThere() {
			m.result("", result.textAt("output"))
		}
	}
}
