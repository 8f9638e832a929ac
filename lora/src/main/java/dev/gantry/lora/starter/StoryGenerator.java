package dev.gantry.lora.starter;

import java.util.SplittableRandom;

/// Tells simple stories, one for each seed.
public final class StoryGenerator {

    private final Grammar grammar = Grammar.load("words.grammar", "stories.grammar", "scenes.grammar");

    /// The story that belongs to `seed`: a few paragraphs, one a line.
    public String story(long seed) {
        return new Expander(grammar, new SplittableRandom(seed)).expand("text");
    }
}
