package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.app.ui.shell.TourStop;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The pictures that a tour takes of what lies over the screens: a message, the five marks, the palette, a question, an
/// error.
public final class FrameTour {
    private static final String RUN = "gus";

    private FrameTour() {}

    /// @param noModel a folder that is no model: what the window says of it is one of the pictures
    public static List<TourStop> of(Texts texts, NoticeCenter notices, Path noModel) {
        List<TourStop> stops = new ArrayList<>();
        stops.add(new TourStop(
                "message",
                () -> notices.info(
                        texts.format("frame.run.finished", RUN),
                        new Choice(texts.get("frame.run.compare"), () -> {}))));
        for (int i = 0; i < Marks.SCREENS.size(); i++) {
            Overlay.Mark mark = new Overlay.Mark(i);
            stops.add(new TourStop("mark-" + (i + 1), () -> {
                notices.notices().clear();
                notices.show(mark);
            }));
        }
        stops.add(new TourStop("palette", () -> notices.show(new Overlay.Palette())));
        stops.add(new TourStop("question", () -> notices.ask(closing(texts))));
        stops.add(new TourStop("error", () -> {
            notices.closeOverlay();
            notices.failure(refusal(noModel), List.of());
        }));
        stops.add(new TourStop("", notices::closeOverlay));
        return stops;
    }

    private static Question closing(Texts texts) {
        return new Question(
                texts.get("frame.closing"),
                texts.format("frame.closing.text", RUN),
                List.of(
                        new Choice(texts.get("frame.closing.keep"), () -> {}),
                        new Choice(texts.get("frame.closing.stop"), () -> {})));
    }

    private static GantryException refusal(Path noModel) {
        try {
            throw new IllegalArgumentException(ModelFolder.open(noModel) + " is a model");
        } catch (GantryException refused) {
            return refused;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
