@echo off
rem Starts Gantry on Windows: finds a JDK, builds when the sources are newer than the last build, runs.
rem Works as the shell script "gantry" beside it; see there. GANTRY_JAVA_HOME picks the JDK.
rem   gantry            opens the window            gantry demo      the main job from start to end
rem   gantry verify     all tests of all modules    gantry package   what others install: an .msi
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
if "%ROOT:~-1%"=="\" set "ROOT=%ROOT:~0,-1%"
set "BUILD=%ROOT%\target\gantry"
set "LOG=%ROOT%\target\gantry-build.log"
set "JDK="

rem No blocks in parentheses below: cmd would read variables in them too early, and trip over a ")" in a path.
if defined GANTRY_JAVA_HOME call :consider "%GANTRY_JAVA_HOME%"
if defined GANTRY_JAVA_HOME if not defined JDK goto wrong_choice
if not defined JDK if defined JAVA_HOME call :consider "%JAVA_HOME%"
if not defined JDK for /f "delims=" %%J in ('where java 2^>nul') do call :consider "%%~dpJ.."
if not defined JDK for /d %%D in ("%ProgramFiles%\Eclipse Adoptium\jdk-*" "%ProgramFiles%\Java\jdk-*" "%ProgramFiles%\Microsoft\jdk-*" "%ProgramFiles%\Zulu\zulu-*" "%ProgramFiles%\Amazon Corretto\jdk*" "%LOCALAPPDATA%\Programs\Eclipse Adoptium\jdk-*" "%USERPROFILE%\.jdks\*") do call :consider "%%~fD"
rem a wildcard counts in the last part of a path only
if not defined JDK for /d %%D in ("%USERPROFILE%\scoop\apps\temurin*-jdk") do call :consider "%%~fD\current"
if not defined JDK goto no_jdk
set "JAVA_HOME=%JDK%"
rem without the warnings that Maven's own libraries cause on this JDK
set "MAVEN_OPTS=--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED %MAVEN_OPTS%"
if /i "%~1"=="verify" goto verify

rem Built when the last build began after every change of a source and all its jars are there. Paths reach PowerShell by the
rem environment: written into its text, one with an apostrophe would end a string.
if not exist "%BUILD%\classpath" goto build_first
powershell -NoProfile -Command "$s = Get-Item -LiteralPath (Join-Path $env:BUILD 'started') -ErrorAction SilentlyContinue; if (-not $s) { exit 1 }; $jars = (Get-Content -LiteralPath (Join-Path $env:BUILD 'classpath') -Raw).Trim().Split(';'); if ($jars | Where-Object { -not (Test-Path -LiteralPath $_) }) { exit 1 }; $modules = @((Get-ChildItem -LiteralPath $env:ROOT -Directory).FullName) + $env:ROOT; $files = $modules | ForEach-Object { Join-Path $_ 'pom.xml' } | Where-Object { Test-Path -LiteralPath $_ } | ForEach-Object { Get-Item -LiteralPath $_ }; $folders = @($modules | ForEach-Object { Join-Path $_ 'src\main' }) + (Join-Path $env:ROOT '.mvn'); $sources = $folders | Where-Object { Test-Path -LiteralPath $_ } | ForEach-Object { Get-ChildItem -LiteralPath $_ -Recurse }; if (@($files) + @($sources) | Where-Object { $_.LastWriteTime -gt $s.LastWriteTime }) { exit 1 }; exit 0"
if not errorlevel 1 goto start
:build_first
call :build
if errorlevel 1 exit /b 4
:start
if /i "%~1"=="package" goto package
rem What the JVM has learned of the classes when they were built; a file of another JDK is left alone, without a word.
set "LEARNED="
if exist "%BUILD%\classes.aot" set LEARNED="-XX:AOTCache=%BUILD%\classes.aot" -Xlog:aot=off -Xlog:cds=off
"%JDK%\bin\java.exe" %LEARNED% --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED -Dai.djl.offline=true -DRUST_FLAVOR=cpu -DOPT_OUT_TRACKING=true -XX:+UseSerialGC -Xms16m -XX:NewSize=6m "-Dgantry.root=%ROOT%" %GANTRY_JVM_OPTS% "@%BUILD%\classpath.args" dev.gantry.app.Main %*
exit /b %ERRORLEVEL%

:package
"%JDK%\bin\java.exe" -Djava.awt.headless=true "@%BUILD%\package.args" dev.gantry.installers.PackageCommand --project "%ROOT%" --class-path "%BUILD%\classpath" %2 %3 %4 %5 %6 %7 %8 %9
exit /b %ERRORLEVEL%

:verify
call :find_maven
if errorlevel 1 exit /b 4
pushd "%ROOT%"
call "%MVN%" -B verify %2 %3 %4 %5 %6 %7 %8 %9
set "CODE=%ERRORLEVEL%"
popd
exit /b %CODE%

:wrong_choice
echo error: GANTRY_JAVA_HOME is no JDK 25 or newer: "%GANTRY_JAVA_HOME%" 1>&2
echo what to do: point it to one, or unset it and let Gantry search 1>&2
exit /b 4

:no_jdk
echo error: no JDK 25 or newer was found 1>&2
echo looked in: JAVA_HOME, PATH, the usual folders under "%ProgramFiles%", "%USERPROFILE%\.jdks" 1>&2
echo what to do: winget install EclipseAdoptium.Temurin.25.JDK 1>&2
echo             (a JDK that lies elsewhere is named by GANTRY_JAVA_HOME) 1>&2
exit /b 4

rem Takes the JDK folder %1 when its release file says 25 or newer and it has a compiler.
:consider
if defined JDK exit /b 0
if not exist "%~f1\release" exit /b 0
if not exist "%~f1\bin\javac.exe" exit /b 0
for /f "tokens=2 delims==" %%V in ('findstr /b "JAVA_VERSION=" "%~f1\release"') do call :take_newer %%V "%~f1"
exit /b 0

:take_newer
for /f "tokens=1 delims=.-" %%M in ("%~1") do if %%M GEQ 25 set "JDK=%~2"
exit /b 0

:find_maven
set "MVN="
if defined MAVEN_HOME if exist "%MAVEN_HOME%\bin\mvn.cmd" set "MVN=%MAVEN_HOME%\bin\mvn.cmd"
if not defined MVN for /f "delims=" %%M in ('where mvn.cmd 2^>nul') do if not defined MVN set "MVN=%%M"
if defined MVN exit /b 0
echo error: Maven was not found, and Gantry has to be built 1>&2
echo what to do: install Maven 3.8 or newer, such as: scoop install maven 1>&2
exit /b 1

:build
call :find_maven
if errorlevel 1 exit /b 1
if not exist "%BUILD%" mkdir "%BUILD%"
echo Building Gantry, log in "%LOG%" ... 1>&2
type nul >"%BUILD%\starting"
pushd "%ROOT%"
call "%MVN%" -B -DskipTests -Dspotless.check.skip=true package >"%LOG%" 2>&1
set "CODE=%ERRORLEVEL%"
popd
if not "%CODE%"=="0" goto build_failed
rem An argument file has no limit of length; in it backslashes are doubled, and java reads it in the system's code page.
powershell -NoProfile -Command "$ErrorActionPreference = 'Stop'; $a = Join-Path $env:ROOT 'app-ui\target'; $c = (Join-Path $a 'app-ui.jar') + ';' + (Get-Content -LiteralPath (Join-Path $a 'classpath.txt') -Raw).Trim(); $p = (Join-Path $env:ROOT 'installers\target\installers.jar') + ';' + $c; [IO.File]::WriteAllText((Join-Path $env:BUILD 'classpath.args'), '-cp \"' + $c.Replace('\','\\') + '\"', [Text.Encoding]::Default); [IO.File]::WriteAllText((Join-Path $env:BUILD 'package.args'), '-cp \"' + $p.Replace('\','\\') + '\"', [Text.Encoding]::Default); Set-Content -LiteralPath (Join-Path $env:BUILD 'classpath') -Value $c -Encoding utf8"
if errorlevel 1 exit /b 1
move /y "%BUILD%\starting" "%BUILD%\started" >nul
rem Opens every screen once where nobody sees it and keeps what the JVM has learned, so that the window is there sooner.
del "%BUILD%\classes.aot" 2>nul
set "KEPT_HOME=%GANTRY_HOME%"
set "GANTRY_HOME=%BUILD%\learning"
"%JDK%\bin\java.exe" --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED -Dai.djl.offline=true -DRUST_FLAVOR=cpu -DOPT_OUT_TRACKING=true -XX:+UseSerialGC -Xms16m -XX:NewSize=6m "-XX:AOTCacheOutput=%BUILD%\classes.aot" "@%BUILD%\classpath.args" dev.gantry.app.Main tour "%BUILD%\learning\tour" --this-home --theme light >>"%LOG%" 2>&1
set "GANTRY_HOME=%KEPT_HOME%"
rmdir /s /q "%BUILD%\learning" 2>nul
exit /b 0

:build_failed
findstr /b /l "[ERROR]" "%LOG%" 1>&2
echo error: the build failed; the lines above and "%LOG%" say why 1>&2
exit /b 1
