package dev.gantry.lora.train;

import java.util.List;

/// Answers a run's fixed questions with the model as it stands.
interface SampleAnswers {

    /// A question and what the model said.
    record Sample(String prompt, String answer) {}

    /// Whether nothing is asked.
    boolean isEmpty();

    /// One answer for each question, in a fixed order.
    List<Sample> answer(Trainer trainer);
}
