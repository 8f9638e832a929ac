package dev.gantry.app.cli;

import dev.gantry.app.preferences.Language;
import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.app.preferences.ThemeChoice;
import dev.gantry.app.ui.tour.TourContents;
import dev.gantry.app.ui.tour.TourStage;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gantry tour DIR`: pictures of every screen, without a display.
@Command(
        name = "tour",
        mixinStandardHelpOptions = true,
        description = "Writes a picture of every screen of the window, filled with the starter model and two short runs"
                + " made for it, without needing a display.")
final class TourCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "DIR", description = "folder to write to")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path folder;

    @Option(names = "--theme", description = "light, dark, contrast or system; light and dark by default")
    private List<ThemeChoice> themes = List.of(ThemeChoice.LIGHT, ThemeChoice.DARK);

    @Option(names = "--language", defaultValue = "ENGLISH", description = "english or chinese")
    private Language language = Language.ENGLISH;

    @Option(names = "--text-size", defaultValue = "100", description = "percent, 90 to 200")
    private int textSizePercent = 100;

    @Option(names = "--size", defaultValue = "1280x800", description = "of the window in pixels, at most 1000 high")
    private String size = "1280x800";

    @Option(
            names = "--this-home",
            description =
                    "show what is in GANTRY_HOME in place of a home made for the tour; unless that is new, without the"
                            + " pictures that take writing, measuring or starting something there")
    private boolean thisHome;

    @Option(
            names = "--home",
            paramLabel = "HOME",
            description = "where the home made for the tour lies, which some pictures show; DIR/home by default")
    private @Nullable Path made;

    TourCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        String[] sides = size.split("x", -1);
        GantryHome home = context.home();
        boolean acts = !thisHome || isNew(home);
        var settings = new TourStage.Settings(
                acts, themes, language, textSizePercent, Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
        if (!thisHome) {
            home = TourContents.in(made == null ? folder.resolve("home") : made, context.progress());
        }
        List<Path> pictures = TourStage.take(home, folder, settings);
        pictures.forEach(picture -> context.out().println(picture));
        return ExitCode.OK.value();
    }

    /// Nothing is anybody's there yet.
    private static boolean isNew(GantryHome home) {
        return Stream.of(home.catalog(), home.runs(), PreferenceStore.fileIn(home.folder()))
                .noneMatch(Files::exists);
    }
}
