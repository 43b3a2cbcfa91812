package chat

// Groq's chat. It follows OpenAI, and tells the tokens of a stream without being asked.
var groq = reader{
	api:    "Groq",
	talks:  true,
	takes:  func(at place) bool { return at.isAt("groq.com") && at.endsIn("/chat/completions") },
	asked:  askedOpenAI,
	answer: answeredOpenAI,
	event:  streamedOpenAI,
	counts: []counts{countsOfOpenAI("x_groq.usage", "usage")},
}
