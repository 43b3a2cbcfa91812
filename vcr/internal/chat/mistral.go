package chat

// Mistral's chat and completions of code. It follows OpenAI, and says its thoughts among
// the content.
var mistral = reader{
	api:   "Mistral",
	talks: true,
	takes: func(at place) bool {
		return at.isAt("mistral.ai") && at.endsIn("/chat/completions", "/fim/completions", "/agents/completions")
	},
	asked:  askedOpenAI,
	answer: answeredOpenAI,
	event:  streamedOpenAI,
	counts: []counts{countsOfOpenAI("usage")},
}
