package dev.gantry.app.ui;

import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Notices;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.engine.GantryException;
import java.util.ArrayList;
import java.util.List;

/// Remembers every message.
public final class FakeNotices implements Notices {
    public final List<String> infos = new ArrayList<>();
    /// What the messages offered, such as *Undo*.
    public final List<Choice> choices = new ArrayList<>();

    public final List<GantryException> failures = new ArrayList<>();
    public final List<Question> questions = new ArrayList<>();

    @Override
    public void info(String text) {
        infos.add(text);
    }

    @Override
    public void info(String text, Choice choice) {
        infos.add(text);
        choices.add(choice);
    }

    @Override
    public void failure(GantryException failure, List<Choice> fixes) {
        failures.add(failure);
    }

    @Override
    public void ask(Question question) {
        questions.add(question);
    }
}
