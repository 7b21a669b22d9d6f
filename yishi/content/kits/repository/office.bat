@echo off
rem The page of the office on Windows: sets itself up, and opens the page on which files that were sent are taken in.
rem To publish from that page, say where to, in the line with PUBLISH: folder:D:\site or git:origin
rem This file is plain ASCII; what is said in Chinese stands in docs\windows, and is shown as UTF-8.
chcp 65001 >nul
setlocal
set PYTHONUTF8=1
cd /d "%~dp0"
set "PUBLISH="
set "OWN=.venv\Scripts\python.exe"

rem A Python of its own that still works: a folder that was moved or copied has one that does not.
if exist "%OWN%" "%OWN%" -c "import sys" >nul 2>nul && goto install

set "FOUND="
set "SUITS=import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
py -3 -c "%SUITS%" >nul 2>nul && set "FOUND=py -3"
if not defined FOUND python -c "%SUITS%" >nul 2>nul && set "FOUND=python"
if not defined FOUND goto no_python
%FOUND% -m venv --clear .venv || goto failed

:install
rem Packages are installed again only when the list of them has changed.
fc /b requirements.txt .venv\installed-requirements.txt >nul 2>nul && goto run

:packages
type docs\windows\setting-up.txt
"%OWN%" -m pip install --quiet --disable-pip-version-check -r requirements.txt || goto failed
copy /y requirements.txt .venv\installed-requirements.txt >nul

:run
if defined PUBLISH set "PUBLISH=--publish "%PUBLISH%""
"%OWN%" -m yishi serve --office %PUBLISH% %*
set "CODE=%errorlevel%"
if not "%CODE%"=="0" pause
exit /b %CODE%

:no_python
type docs\windows\no-python.txt
pause
exit /b 2

:failed
type docs\windows\failed.txt
pause
exit /b 1
