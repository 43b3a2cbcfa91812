package chat

// maxQuestion is the size in bytes of a body that is read for a question.
const maxQuestion = 1 << 20

// Question returns what the user said last in the body of a request to a model: a chat,
// a single prompt, or texts to embed. It is empty for all other bodies, and for large
// ones. Any API will do: no reader is asked.
func Question(body []byte) string {
	request := value(body).trimmed()
	if len(body) > maxQuestion || len(request) == 0 || request[0] != '{' {
		return ""
	}
	for _, name := range []string{
		"messages", // OpenAI, Anthropic, Ollama, Mistral, Bedrock
		"contents", // Gemini
		"input",    // OpenAI: responses and embeddings
		"prompt",   // Ollama, images
	} {
		if text := request.at(name).question(0); text != "" {
			return text
		}
	}
	return ""
}

// deepest is how deep a text is in a body: in a part of a message of a list.
const deepest = 8

// question returns the last text of the user in a value: in a string, in a list of
// messages or of their parts, in a message, or in a part.
func (v value) question(depth int) string {
	switch {
	case len(v) == 0 || depth == deepest:
		return ""
	case v[0] == '[':
		last := ""
		for item := range v.items() {
			if text := item.question(depth + 1); text != "" {
				last = text
			}
		}
		return last
	case v[0] == '{':
		if role := v.at("role"); role != nil && role.text() != user {
			return ""
		}
		switch v.textAt("type") {
		case "tool_result", "reasoning": // in the place of a part or a message, and nothing that the user said
			return ""
		}
		for _, name := range []string{"text", "content", "parts"} {
			if text := v.at(name).question(depth + 1); text != "" {
				return text
			}
		}
		return ""
	}
	return v.text()
}
