package dev.gantry.app.ui.shell;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A place in the window that any screen can send the user to without knowing the screen that is there.
public sealed interface Destination {
    ScreenName screen();

    /// A screen as the user left it.
    record Front(ScreenName screen) implements Destination {}

    /// The Models screen, choosing a folder to add.
    record AddModel() implements Destination {
        @Override
        public ScreenName screen() {
            return ScreenName.MODELS;
        }
    }

    /// @param model the name of a model in the catalog
    record ShowModel(String model) implements Destination {
        @Override
        public ScreenName screen() {
            return ScreenName.MODELS;
        }
    }

    /// @param file a file of rows to check
    record CheckData(Path file) implements Destination {
        @Override
        public ScreenName screen() {
            return ScreenName.DATA;
        }
    }

    /// The Train form with what is known filled in.
    ///
    /// @param model the name of a model in the catalog, or null for the user to choose
    /// @param data a file of rows, or null for the user to choose
    record Teach(@Nullable String model, @Nullable Path data) implements Destination {
        @Override
        public ScreenName screen() {
            return ScreenName.TRAIN;
        }
    }

    /// The Train form with the settings of a file.
    ///
    /// @param file of the kind that `gantry train` takes
    record OpenSettings(Path file) implements Destination {
        @Override
        public ScreenName screen() {
            return ScreenName.TRAIN;
        }
    }

    /// @param run its folder
    record ShowRun(Path run) implements Destination {
        @Override
        public ScreenName screen() {
            return ScreenName.RUNS;
        }
    }

    /// @param model the name of a model in the catalog or a model folder
    /// @param adapter an adapter folder or a run's, or null for the model as it is
    record ChatWith(String model, @Nullable Path adapter) implements Destination {
        @Override
        public ScreenName screen() {
            return ScreenName.CHAT;
        }
    }

    /// Base and tuned model side by side.
    ///
    /// @param run its folder
    record Compare(Path run) implements Destination {
        @Override
        public ScreenName screen() {
            return ScreenName.CHAT;
        }
    }

    /// Two answers to each question side by side, of which the user picks the better one.
    record CollectPreferences() implements Destination {
        @Override
        public ScreenName screen() {
            return ScreenName.CHAT;
        }
    }

    /// The self-test of this machine.
    ///
    /// @param begin whether the checks begin now; else the page is shown and they begin when it is asked for again
    record CheckMachine(boolean begin) implements Destination {
        @Override
        public ScreenName screen() {
            return ScreenName.HARDWARE;
        }
    }

    /// @param run its folder, or that of an adapter
    record ExportRun(Path run) implements Destination {
        @Override
        public ScreenName screen() {
            return ScreenName.EXPORT;
        }
    }
}
