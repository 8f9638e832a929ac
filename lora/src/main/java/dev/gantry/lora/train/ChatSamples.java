package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.train.config.ResolvedSettings;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.chat.PromptEncoder;
import dev.gantry.zoo.generate.TextGenerator;
import dev.gantry.zoo.generate.TextRequest;
import dev.gantry.zoo.tokenizer.SpecialTokens;
import dev.gantry.zoo.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Answers fixed prompts greedily: as turns of a chat, or, when pre-training, as beginnings of texts.
final class ChatSamples implements SampleAnswers {
    private final Backend backend;
    private final Tokenizer tokenizer;
    private final int maxNewTokens;
    private final List<String> stops;
    private final MemoryAccount device;
    private final List<Question> questions = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Question(String prompt, int[] ids) {}

    /// @param longest tokens the model can take; longer prompts are cut at their beginning
    /// @param device where the memory comes from that answering takes for its time
    ChatSamples(
            Backend backend,
            Tokenizer tokenizer,
            ChatTemplate template,
            Stage stage,
            List<String> prompts,
            int maxNewTokens,
            int longest,
            MemoryAccount device) {
        this.backend = backend;
        this.device = device;
        this.tokenizer = tokenizer;
        this.maxNewTokens = Math.min(maxNewTokens, longest - 1);
        this.stops = stage == Stage.PRETRAIN ? List.of() : template.stopStrings();
        PromptEncoder encoder = new PromptEncoder(tokenizer);
        for (String prompt : prompts) {
            int[] ids = switch (stage) {
                case PRETRAIN -> encoder.encodeText(prompt).ids();
                case SFT, FULL ->
                    encoder.encode(template.render(
                                    List.of(new ChatMessage(ChatMessage.Role.USER, prompt)),
                                    ChatTemplate.Ending.GENERATION_PROMPT))
                            .ids();
            };
            questions.add(new Question(prompt, lastOf(ids, longest - this.maxNewTokens)));
        }
    }

    /// The questions that a run's settings ask.
    static ChatSamples of(RunInputs inputs, Backend backend, MemoryAccount device) {
        ResolvedSettings settings = inputs.settings();
        return new ChatSamples(
                backend,
                inputs.tokenizer(),
                inputs.template(),
                settings.config().stage(),
                settings.prompts(),
                settings.maxNewTokens(),
                inputs.base().spec().maxPositions(),
                device);
    }

    private static int[] lastOf(int[] ids, int count) {
        return ids.length <= count ? ids : Arrays.copyOfRange(ids, ids.length - count, ids.length);
    }

    @Override
    public boolean isEmpty() {
        return questions.isEmpty();
    }

    @Override
    public List<Sample> answer(Trainer trainer) {
        List<Sample> samples = new ArrayList<>();
        if (questions.isEmpty()) {
            return samples;
        }
        try (TextGenerator generator =
                new TextGenerator(backend, trainer.weights(), trainer.adapters(), tokenizer, capacity(), device)) {
            for (Question question : questions) {
                TextRequest request = new TextRequest(question.ids(), Sampling.GREEDY, maxNewTokens, endIds(), stops);
                samples.add(new Sample(
                        question.prompt(),
                        generator.answer(request, _ -> true).text().strip()));
            }
        }
        return samples;
    }

    /// Tokens of the longest question and its answer, 0 without questions.
    int capacity() {
        int longest = questions.stream().mapToInt(q -> q.ids().length).max().orElse(-maxNewTokens);
        return longest + maxNewTokens;
    }

    private Set<Integer> endIds() {
        SpecialTokens.Special eos = tokenizer.specialTokens().eos();
        return eos == null ? Set.of() : Set.of(eos.id());
    }
}
