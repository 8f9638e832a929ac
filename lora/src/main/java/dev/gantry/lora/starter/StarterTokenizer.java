package dev.gantry.lora.starter;

import dev.gantry.zoo.tokenizer.train.BytePairTrainer;
import dev.gantry.zoo.tokenizer.train.BytePairVocabulary;
import dev.gantry.zoo.tokenizer.train.TrainedTokenizer;
import dev.gantry.zoo.tokenizer.train.WordCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// How the tokenizer of the starter model is made from its corpus.
public final class StarterTokenizer {

    /// Stands between documents; also begins and pads.
    public static final String SEPARATOR = "<|endoftext|>";

    /// Opens a turn of a conversation.
    public static final String START_OF_TURN = "<|im_start|>";

    /// Closes a turn of a conversation.
    public static final String END_OF_TURN = "<|im_end|>";

    /// ChatML, as the corpus is written.
    public static final String CHAT_TEMPLATE = "{% for message in messages %}"
            + "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
            + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private StarterTokenizer() {}

    /// Trains on the first documents of the recipe's corpus and writes the tokenizer's files into `folder`.
    public static void writeTo(Path folder, StarterRecipe recipe) throws IOException {
        List<String> specials = List.of(SEPARATOR, START_OF_TURN, END_OF_TURN);
        WordCounts counts = new WordCounts(specials);
        StarterCorpus corpus = new StarterCorpus();
        for (long number = 0; number < recipe.tokenizerDocuments(); number++) {
            counts.add(corpus.document(recipe.seed(), number));
        }
        BytePairVocabulary vocabulary =
                new BytePairTrainer(specials, recipe.vocabularySize(), recipe.tokenizerMinimumCount()).train(counts);
        new TrainedTokenizer(vocabulary, SEPARATOR, END_OF_TURN, CHAT_TEMPLATE, recipe.maximumPositions())
                .writeTo(folder);
    }
}
